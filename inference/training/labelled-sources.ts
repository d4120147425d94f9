import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readIsear } from "./corpora/index.js";
import { type Dataset, readDatasets } from "./dataset-file.js";

/**
 * Reads labelled texts from CSV files with the columns `text` and `emotion`, and from folders with the ISEAR study
 * as its publisher keeps it.
 * @throws DatasetError naming the file, and the line where one is not what it should be
 */
export async function readSources(paths: readonly string[]): Promise<Dataset> {
  if (!paths.some(isFolder)) return readDatasets(paths);
  const datasets: Dataset[] = [];
  for (const path of paths) datasets.push(isFolder(path) ? await isearDataset(path) : await readDatasets([path]));
  const hash = createHash("sha256");
  for (const { sha256 } of datasets) hash.update(sha256);
  return {
    rows: datasets.flatMap(({ rows }) => rows),
    files: datasets.flatMap(({ files }) => files),
    sha256: hash.digest("hex"),
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

async function isearDataset(folder: string): Promise<Dataset> {
  const rows = await readIsear(folder);
  const file = ["isear.csv", "train.csv"].map((name) => join(folder, name)).find((path) => existsSync(path)) ?? folder;
  const sha256 = createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
  return { rows, sha256, files: [{ file, rows: rows.length, sha256 }] };
}
