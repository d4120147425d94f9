import { mkdir, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readDatasets } from "../../inference/training/dataset-file.js";
import { readSources } from "../../inference/training/labelled-sources.js";
import { madeUpRows, writeCsv } from "./made-up-dataset.js";
import { ScratchFolder } from "./scratch-folder.js";

let folder: ScratchFolder;
let file: string;

beforeAll(async () => {
  folder = await ScratchFolder.create();
  file = await writeCsv(folder.file("rows.csv"), madeUpRows(2));
  await mkdir(folder.file("isear"));
  await writeFile(folder.file("isear/isear.csv"), "ID|EMOT|SIT\n1|1|I won a prize.\n2|2|A dog ran after me.\n");
});

afterAll(() => folder.remove());

test("files alone are read as they always are, with the checksum of their bytes", async () => {
  expect(await readSources([file])).toEqual(await readDatasets([file]));
});

test("a folder gives the rows of the ISEAR study, beside those of files", async () => {
  const { rows, files } = await readSources([file, folder.file("isear")]);
  expect(rows).toHaveLength(16);
  expect(rows.slice(14)).toMatchObject([
    { text: "I won a prize.", emotion: "joy" },
    { text: "A dog ran after me.", emotion: "fear" },
  ]);
  expect(files.map(({ rows }) => rows)).toEqual([14, 2]);
});
