import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { graphql, PREDICT } from "../support/graphql.js";
import { writeCorpora, writeWordVectors } from "../training/made-up-corpora.js";

/** Runs every command that the README shows, as it stands there but for addresses, ids and names of files. */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const readme = readFileSync(join(ROOT, "README.md"), "utf8");
const commands = [...readme.matchAll(/^```sh\n([\s\S]*?)\n```$/gm)].map(([, command]) => command ?? "");

const folder = mkdtempSync(join(tmpdir(), "sentiloop-readme-"));
const env = { ...process.env, PORT: "0", SENTILOOP_DATA: join(folder, "data") };
let served: ChildProcess;
let address = "";

beforeAll(async () => {
  served = spawn("bash", ["-c", "npm start"], { cwd: ROOT, env, stdio: ["ignore", "pipe", "inherit"], detached: true });
  if (served.stdout === null) throw new Error("no standard output");
  for await (const line of createInterface(served.stdout)) {
    address = /^Sentiloop is ready at (http:\S+)$/.exec(line)?.[1] ?? "";
    if (address !== "") break;
  }
  served.stdout.resume();
  writeFileSync(join(folder, "train.csv"), dataset(40));
  writeFileSync(join(folder, "test.csv"), dataset(2));
  await writeCorpora(join(folder, "corpora"));
  await writeWordVectors(join(folder, "glove.6B.100d.txt"), 100);
}, 300_000);
afterAll(async () => {
  const end = once(served, "exit");
  process.kill(-(served.pid ?? 0), "SIGTERM");
  await end;
  rmSync(folder, { recursive: true, force: true });
});

function dataset(rowsEach: number): string {
  const causes = {
    anger: "lied",
    disgust: "vomited",
    fear: "threatened",
    guilt: "forgot",
    joy: "won",
    sadness: "died",
    shame: "blushed",
  };
  const rows = Object.entries(causes).flatMap(([emotion, cause]) =>
    Array.from({ length: rowsEach }, (_, index) => `Somebody ${cause} on day ${index} of month ${rowsEach},${emotion}`),
  );
  return ["text,emotion", ...rows, ""].join("\n");
}

async function run(command: string): Promise<{ code: number | null; output: string }> {
  const child = spawn("bash", ["-c", command], { cwd: ROOT, env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "close");
  return { code, output };
}

test("npm start serves the page, and npm test is what runs this", async () => {
  expect(commands.slice(0, 2)).toEqual(["npm start", "npm test"]);
  expect((await fetch(address)).status).toBe(200);
});

test.each(commands.filter((command) => command.startsWith("curl")))("%s", async (command) => {
  const { data } = await graphql(address, PREDICT, { text: "for the tour" });
  const here = command
    .replaceAll("http://127.0.0.1:4000", address)
    .replaceAll("01ARZ3NDEKTSV4RRFFQ69G5FAV", data.predict.id);
  const { code, output } = await run(`${here} --silent`);
  expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('{"data":{') });
  expect(output).not.toContain('"errors"');
});

test.each(commands.filter((command) => /^(npx|python3) /.test(command)))("%s", async (command) => {
  const { code, output } = await run(`set -e; export SENTILOOP_URL=${address}; ${command}`);
  expect({ code, output }).toMatchObject({ code: 0 });
});

// What the last training called its version, and the id of the last API key.
let version = "";
let keyId = "";

test.each(commands.filter((command) => command.startsWith("npm run")).flatMap((block) => block.split("\n")))(
  "%s",
  async (command) => {
    const here = command
      .replace(/(train|test)\.csv|glove\.6B\.100d\.txt|(?<=--corpora )corpora/g, `${folder}/$&`)
      .replace("20260101-00000000", version)
      .replace("0123456789abcdef", keyId);
    const { code, output } = await run(here);
    expect({ code, output }).toMatchObject({ code: 0 });
    version = /^Version (\S+) is in/m.exec(output)?.[1] ?? version;
    keyId = /^The key (\w+) may/m.exec(output)?.[1] ?? keyId;
  },
  600_000,
);

test("no command of the README is left out", () => {
  for (const command of commands) expect(command).toMatch(/^(npm start$|npm test$|npm run |npx |python3 |curl )/);
});
