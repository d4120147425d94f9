import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { madeUpRows, writeCsv } from "./made-up-dataset.js";
import { ScratchFolder } from "./scratch-folder.js";

let folder: ScratchFolder;
let data: string;

beforeAll(async () => {
  folder = await ScratchFolder.create();
  data = await writeCsv(folder.file("rows.csv"), madeUpRows(20));
});

afterAll(() => folder.remove());

function start(command: "train" | "evaluate", args: string[]) {
  const file = fileURLToPath(new URL(`../../inference/training/${command}.ts`, import.meta.url));
  const environment = { PATH: process.env.PATH, SENTILOOP_DATA: folder.path };
  const child = spawn(process.execPath, ["--import", "tsx", file, ...args], { env: environment });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.stderr += chunk;
  });
  return { child, output, ended: once(child, "close").then(([exitCode]) => ({ exitCode, ...output })) };
}

async function run(command: "train" | "evaluate", ...args: string[]) {
  return start(command, args).ended;
}

test("train publishes to the data folder, and evaluate measures the same on the same rows", async () => {
  const test = await writeCsv(folder.file("test.csv"), madeUpRows(2));
  const trained = await run("train", "--data", data, "--test", test, "--epochs", "2", "--json");
  expect(trained.stderr).toContain("rows that are, or nearly are, in the test file.");
  expect(trained.stderr).toContain("epoch 2/2: loss ");
  expect(trained.exitCode).toBe(0);
  const { version, accuracy, macroF1, expectedCalibrationError, testRows } = JSON.parse(trained.stdout);
  expect(await readdir(folder.file("models"))).toEqual([version]);
  const evaluated = await run("evaluate", "--data", test, "--model", version, "--json");
  expect(JSON.parse(evaluated.stdout)).toMatchObject({
    version,
    accuracy,
    macroF1,
    expectedCalibrationError,
    testRows,
  });
});

test.each(["train", "evaluate"] as const)("%s explains itself", async (command) => {
  const { exitCode, stdout } = await run(command, "--help");
  expect(exitCode).toBe(0);
  expect(stdout).toContain("--data <files...>");
});

describe("a mistake ends train with an explanation on standard error, nothing on standard output, and exit code 1:", () => {
  test.each([
    [
      "a missing column",
      "sentence,emotion\nfine,joy\n",
      'has no column "text" (found: sentence, emotion). Name the col',
    ],
    ["an unknown label", "text,emotion\nfine,envy\n", ', line 2, column "emotion": unknown emotion "envy". Use one of'],
    ["too few rows", "text,emotion\nfine,joy\n", "at least 20 texts, 2 emotions and 1 row are needed. Give more rows."],
  ])("%s", async (name, content, message) => {
    const file = folder.file(`${name}.csv`);
    await writeFile(file, content);
    expect(await run("train", "--data", file)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringContaining(message),
    });
  });

  test.each([
    ["a file that does not exist", ["--data", "nowhere.csv"], "nowhere.csv cannot be read: ENOENT"],
    ["a seed that is no number", ["--data", "x.csv", "--seed", "one"], "It must be a whole number of at least 0."],
    ["no data", [], "required option '--data <files...>' not specified"],
  ])("%s", async (_, args, message) => {
    expect(await run("train", ...args)).toEqual({ exitCode: 1, stdout: "", stderr: expect.stringContaining(message) });
  });
});

test("evaluate names the versions that there are when it is asked for another", async () => {
  const { exitCode, stderr } = await run("evaluate", "--data", data, "--model", "nonsense");
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/There is no model version "nonsense". Choose one of: \d{8}-[0-9a-f]{8}/);
});

test("an interrupted training ends at once, as a shell expects it, and leaves only what it goes on with", async () => {
  const registry = folder.file("interrupted");
  const { child, output, ended } = start("train", ["--data", data, "--out", registry, "--epochs", "100000"]);
  while (!output.stderr.includes("epoch 1/")) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGINT");
  const { exitCode, stderr } = await ended;
  expect(exitCode).toBe(130);
  expect(stderr).toContain("Stopped. Nothing was published; the same command goes on from the last epoch.");
  expect(await readdir(registry)).toEqual([".training"]);
});
