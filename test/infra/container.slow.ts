import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runSteps, stagesOf } from "./dockerfile.js";

const MIB = 2 ** 20;

/**
 * The base image, unpacked: Debian's C and C++ libraries and Node itself. Measured elsewhere is none of it: the Node
 * binary is counted from the one that runs this test, the rest is what its publisher says, rounded up.
 */
const BASE_WITHOUT_NODE = 40 * MIB;

const NOBODY = 65532;
const root = mkdtempSync(join(tmpdir(), "sentiloop-image-"));
const app = join(root, "app");
let service: ChildProcess | undefined;

beforeAll(() => {
  const stages = stagesOf("inference/Dockerfile");
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  runSteps(stages.get("build") ?? [], { context: process.cwd(), root, args: { TARGETARCH: arch } });
}, 600_000);

afterAll(() => {
  service?.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

function sizeOf(path: string): number {
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" });
}

describe("what the image of the inference service holds", () => {
  test("is at most 250 MB together with Node and its libraries", () => {
    const size = sizeOf(app) + statSync(process.execPath).size + BASE_WITHOUT_NODE;
    console.log(`app ${Math.round(sizeOf(app) / MIB)} MiB, with the base image about ${Math.round(size / MIB)} MiB`);
    expect(size).toBeLessThanOrEqual(250e6);
  });

  test("is binaries of one system and processor only, and no tool to build with", () => {
    const files = filesIn(app);
    const binaries = files.filter((file) => /\.(node|dll|dylib)$|\.so(\.\d+)*$/.test(file));
    expect(binaries.length).toBeGreaterThan(0);
    for (const file of binaries) expect(file).toMatch(new RegExp(`linux/${process.arch}/`));
    expect(files.filter((file) => /(^|\/)(npm|typescript|esbuild|@tensorflow)(\/|$)/.test(file))).toEqual([]);
  });
});

describe("the service in the image", () => {
  test("starts as nobody, cannot write beside /tmp, answers, and ends in order on SIGTERM", async () => {
    const temporary = join(root, "tmp");
    mkdirSync(temporary);
    chmodSync(temporary, 0o777);
    chmodSync(root, 0o755);
    const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    service = spawn(process.execPath, ["server.mjs"], {
      cwd: app,
      env: { HOST: "127.0.0.1", PORT: "0", SENTILOOP_DATA: join(temporary, "sentiloop"), NODE_ENV: "production" },
      stdio: ["ignore", "pipe", "ignore"],
      ...asNobody,
    });
    const [line] = (await once(service.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
    const address = /http:\S+/.exec(line.toString())?.[0] ?? "";
    const answer = await fetch(`${address}/v1/models/emotion:predict`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ instances: ["I finally passed the exam!"] }),
    });
    expect(await answer.json()).toMatchObject({ predictions: [{ emotion: "joy" }] });
    const ended = once(service, "exit");
    service.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    expect(existsSync(join(app, "data"))).toBe(false);
  }, 120_000);
});
