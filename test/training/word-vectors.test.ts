import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readWordVectors } from "../../inference/training/word-vectors.js";
import { ScratchFolder } from "./scratch-folder.js";

let folder: ScratchFolder;

beforeAll(async () => {
  folder = await ScratchFolder.create();
  await writeFile(folder.file("v.txt"), "the 1 2 3\nnot -0.5 0 4e-1\nsad 7 8 9\n");
  await writeFile(folder.file("short.txt"), "sad 1 2\n");
});

afterAll(() => folder.remove());

test("reads the vectors of the words that are wanted, and those of contractions from what they shorten", async () => {
  const vectors = await readWordVectors(folder.file("v.txt"), ["sad", "n't", "unheard"], 3);
  expect(Object.fromEntries([...vectors].map(([word, vector]) => [word, [...vector]]))).toEqual({
    sad: [7, 8, 9],
    "n't": [-0.5, 0, Math.fround(0.4)],
  });
});

test("names the line of a vector of another length", async () => {
  await expect(readWordVectors(folder.file("short.txt"), ["sad"], 3)).rejects.toThrow("short.txt, line 1: 3 numbers");
});

test("says which file cannot be read", async () => {
  await expect(readWordVectors(folder.file("none.txt"), ["sad"], 3)).rejects.toThrow("none.txt cannot be read");
});
