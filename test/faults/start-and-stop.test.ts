import { spawn } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { graphql, PREDICT } from "../support/graphql.js";
import { isRunning, processTree } from "../support/processes.js";
import { Sentiloop } from "../support/sentiloop.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let data: string;
const started: Sentiloop[] = [];

beforeEach(() => {
  data = Sentiloop.emptyFolder();
});
afterEach(async () => {
  for (const each of started.splice(0)) await each.kill("SIGKILL");
  // The children of a killed process notice within moments and end by themselves.
  await setTimeout(500);
  rmSync(data, { recursive: true, force: true });
});

async function start(env: Record<string, string> = {}): Promise<Sentiloop & { address: string }> {
  const sentiloop = await Sentiloop.start({ data, env });
  started.push(sentiloop);
  return sentiloop;
}

async function allEnded(pids: readonly number[]): Promise<boolean> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    if (!pids.some(isRunning)) return true;
    await setTimeout(100);
  }
  return false;
}

describe("arguments", () => {
  test("--help tells what can be set, and starts nothing", async () => {
    const { code, output } = await Sentiloop.spawn({ data, args: ["--help"] }).end;
    expect(code).toBe(0);
    expect(output).toMatch(/^Usage: npm start/);
    expect(output).toMatch(/SENTILOOP_DATA\n +the folder in which everything is kept/);
    expect(readdirSync(data)).toEqual([]);
  });

  test.each(["--port", "9000"])("%s is refused by its name, before anything starts", async (argument) => {
    const { code, output } = await Sentiloop.spawn({ data, args: [argument] }).end;
    expect(code).toBe(1);
    expect(output).toContain(argument);
    expect(output).not.toMatch(/^\s+at /m);
    expect(readdirSync(data)).toEqual([]);
  });
});

describe("stopping", () => {
  test.each(["SIGTERM", "SIGINT"] as const)("by %s ends every process and exits 0", async (signal) => {
    const sentiloop = await start();
    const pids = processTree(sentiloop.pid).map(({ pid }) => pid);
    expect(pids).toHaveLength(3);
    expect(await sentiloop.kill(signal)).toMatchObject({ code: 0, signal: null });
    expect(pids.filter(isRunning)).toEqual([]);
  });

  test("finishes what is in flight", async () => {
    const sentiloop = await start();
    const { pid } = sentiloop.child("inference");
    process.kill(pid, "SIGSTOP");
    const answers = Array.from({ length: 20 }, (_, index) =>
      graphql(sentiloop.address, PREDICT, { text: `text ${index}` }),
    );
    await setTimeout(500);
    const end = sentiloop.kill("SIGTERM");
    await setTimeout(200);
    process.kill(pid, "SIGCONT");
    for (const { status, data } of await Promise.all(answers)) {
      expect(status).toBe(200);
      expect(data.predict.id).toEqual(expect.any(String));
    }
    expect((await end).code).toBe(0);
  });

  test("by kill -9 leaves no process behind, and the next start works at once", async () => {
    const sentiloop = await start();
    const pids = processTree(sentiloop.pid).map(({ pid }) => pid);
    const { data: before } = await graphql(sentiloop.address, PREDICT, { text: "kept" });
    await sentiloop.kill("SIGKILL");
    const next = await start();
    expect(await allEnded(pids)).toBe(true);
    const { data: after } = await graphql(next.address, "query ($id: ID!) { prediction(id: $id) { text } }", {
      id: before.predict.id,
    });
    expect(after.prediction.text).toBe("kept");
  });
});

test("killing npm itself ends what it started, and the next start on the same data works at once", async () => {
  const npm = spawn("npm", ["start", "--silent"], {
    cwd: ROOT,
    env: { ...process.env, PORT: "0", SENTILOOP_DATA: data },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const chunk of npm.stdout) if (String(chunk).includes("Sentiloop is ready")) break;
  const pids = processTree(npm.pid ?? 0).map(({ pid }) => pid);
  expect(pids.length).toBeGreaterThanOrEqual(4);
  npm.kill("SIGKILL");
  await start();
  expect(await allEnded(pids)).toBe(true);
});

describe("starting", () => {
  test("a second time on the same data is refused, and the first goes on", async () => {
    const first = await start();
    const second = await Sentiloop.spawn({ data }).end;
    expect(second.code).toBe(1);
    expect(second.output).toContain(`Another Sentiloop is running on the data folder ${data}`);
    expect(second.output).not.toContain("    at ");
    expect((await graphql(first.address, PREDICT, { text: "still here" })).status).toBe(200);
  });

  test("on a port that is taken says so and what to do", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const { code, output } = await Sentiloop.spawn({ data, env: { PORT: String(port) } }).end;
    taken.close();
    expect(code).toBe(1);
    expect(output).toContain(`Port ${port} on 127.0.0.1 is taken by another program`);
    expect(output).not.toContain("    at ");
  });

  test.each([
    ["PORT", "http", "a port from 0 to 65535"],
    ["PORT", "70000", "a port from 0 to 65535"],
    ["HOST", "0.0.0.0", "without authentication"],
    ["SENTILOOP_DYNAMODB", "nowhere", "DynamoDB endpoint"],
  ])("with %s=%s is refused with what was expected", async (name, value, expected) => {
    const { code, output } = await Sentiloop.spawn({ data, env: { [name]: value } }).end;
    expect(code).toBe(1);
    expect(output).toContain(`${name} is "${value}", but must be`);
    expect(output).toContain(expected);
  });
});
