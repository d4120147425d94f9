import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { DatasetError } from "../contract/index.js";

/** What the parts of a contraction mean, under names that lists of word vectors have. */
const WRITTEN_OUT: Readonly<Record<string, string>> = {
  "n't": "not",
  "'m": "am",
  "'re": "are",
  "'ve": "have",
  "'ll": "will",
  "'s": "is",
  "'d": "would",
};

/** Vectors of words, all of one length. */
export type WordVectors = ReadonlyMap<string, Float32Array>;

/**
 * Reads the vectors of some words from a file of GloVe's (Pennington et al., "GloVe: Global Vectors for Word
 * Representation", 2014): a word a line, then its numbers, all separated by single spaces.
 * @param words which to keep; the parts of contractions stand for the words that they shorten
 * @param width how many numbers a word must have
 * @throws DatasetError naming the line that is not of that form
 */
export async function readWordVectors(file: string, words: Iterable<string>, width: number): Promise<WordVectors> {
  const wanted = new Map<string, string[]>();
  for (const word of words) {
    const name = WRITTEN_OUT[word] ?? word;
    wanted.set(name, [...(wanted.get(name) ?? []), word]);
  }
  const found = new Map<string, Float32Array>();
  let number = 0;
  for await (const line of linesOf(file)) {
    number += 1;
    const end = line.indexOf(" ");
    for (const word of wanted.get(line.slice(0, end)) ?? []) {
      found.set(word, vectorOf(line.slice(end + 1), width, `${file}, line ${number}`));
    }
  }
  return found;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file, "utf8");
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw new DatasetError(`${file} cannot be read: ${(error as Error).message}.`);
  }
}

function vectorOf(text: string, width: number, where: string): Float32Array {
  const values = Float32Array.from(text.trimEnd().split(" "), Number);
  if (values.length === width && values.every(Number.isFinite)) return values;
  throw new DatasetError(`${where}: ${width} numbers must follow the word. Give a file of vectors of that length.`);
}
