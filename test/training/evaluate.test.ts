import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { EMOTIONS } from "@sentiloop/inference/contract";
import { madeUpRows, writeCsv } from "./made-up-dataset.js";
import { ScratchFolder } from "./scratch-folder.js";

const EVALUATE = fileURLToPath(new URL("../../inference/training/evaluate.ts", import.meta.url));

let folder: ScratchFolder;
let data: string;

beforeAll(async () => {
  folder = await ScratchFolder.create();
  data = await writeCsv(folder.file("rows.csv"), madeUpRows(4));
});
afterAll(() => folder.remove());

/** Measures the starter version, since the data folder has no other. */
async function evaluate(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const env = { PATH: process.env.PATH, SENTILOOP_DATA: folder.path };
  return promisify(execFile)(process.execPath, ["--import", "tsx", EVALUATE, ...args], { env });
}

describe("evaluate", () => {
  test("prints tables whose columns are aligned", async () => {
    const { stdout } = await evaluate("--data", data, "--probes");
    expect(stdout).toMatch(/^Model \S+ on 28 rows\n\naccuracy {20}\d+\.\d % \(95 % confidence: /);
    const lines = stdout.split("\n");
    const matrix = lines.slice(lines.indexOf("rows: true emotion, columns: classified as") + 1).slice(0, 8);
    expect(matrix.map((line) => line.length)).toEqual(Array(8).fill(matrix[0]?.length));
    expect(matrix.slice(1).map((line) => line.split(" ")[0])).toEqual([...EMOTIONS]);
    expect(stdout).toMatch(/\nanswered +rows +accuracy +confidence\n25 % +7 /);
    expect(stdout).toMatch(/\nnegations +\d+\.\d % +\d+ of 140 +an emotion that is denied/);
  });

  test("gives programs all numbers and no text of the data", async () => {
    const { stdout } = await evaluate("--data", data, "--json");
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ testRows: 28, uncertain: expect.any(Number), brierScore: expect.any(Number) });
    expect(result.coverage.at(-1)).toMatchObject({ coverage: 1, rows: 28, accuracy: result.accuracy });
    expect(result.data).toEqual([{ file: data, rows: 28, sha256: result.datasetSha256 }]);
    expect(stdout).not.toContain("because of");
  });

  test("writes a report that compares two versions", async () => {
    const file = folder.file("report.html");
    const { version } = JSON.parse((await evaluate("--data", data, "--json")).stdout);
    const { stderr, stdout } = await evaluate("--data", data, "--html", file, "--compare", version);
    expect(stderr).toContain(`The report is in ${file}.`);
    expect(stdout).toContain(`compared with ${version} on the same rows`);
    expect(await readFile(file, "utf8")).toContain(`<h1>Emotion model ${version}</h1>`);
  });

  test("says what is wrong with its data, or with the file for its report", async () => {
    const broken = folder.file("broken.csv");
    await writeFile(broken, "text,emotion\nfine,hapy\n");
    await expect(evaluate("--data", broken)).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining('broken.csv, line 2, column "emotion": unknown emotion "hapy".'),
    });
    await expect(evaluate("--data", data, "--html", folder.file("none/report.html"))).rejects.toMatchObject({
      stderr: expect.stringContaining("report.html cannot be written: ENOENT"),
    });
  });
});
