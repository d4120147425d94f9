import { createReadStream } from "node:fs";
import { DatasetError, type Emotion, type LabelledText, readLabelledTexts } from "../contract/index.js";
import { mcnemarExact } from "./mcnemar.js";
import { openVersion } from "./self-check.js";

/** How two versions answer the same rows. */
export interface LabelledComparison {
  rows: number;
  /** The share of right answers, of the first version and of the second. */
  accuracy: [number, number];
  /** Rows that the two classify differently. */
  changed: number;
  /** Rows on which only the first version is right, and only the second. */
  onlyRight: [number, number];
  /** McNemar's exact p-value, two-sided: small when the difference is hardly by chance. */
  p: number;
}

/**
 * Classifies the rows of a CSV file with two versions.
 * @param file with the columns `text` and `emotion`
 * @param folders of the two versions
 * @throws DatasetError naming the file when it cannot be read or has no rows, ModelError when a version is not in order
 */
export async function compareOnData(file: string, folders: readonly [string, string]): Promise<LabelledComparison> {
  const rows = await readRows(file);
  const [first, second] = [await emotionsOf(rows, folders[0]), await emotionsOf(rows, folders[1])];
  const count = (test: (truth: Emotion, a: Emotion | undefined, b: Emotion | undefined) => boolean) => {
    return rows.filter(({ emotion }, row) => test(emotion, first[row], second[row])).length;
  };
  const onlyFirst = count((truth, a, b) => a === truth && b !== truth);
  const onlySecond = count((truth, a, b) => a !== truth && b === truth);
  return {
    rows: rows.length,
    accuracy: [count((truth, a) => a === truth) / rows.length, count((truth, _, b) => b === truth) / rows.length],
    changed: count((_, a, b) => a !== b),
    onlyRight: [onlyFirst, onlySecond],
    p: mcnemarExact(onlyFirst, onlySecond),
  };
}

async function readRows(file: string): Promise<LabelledText[]> {
  const rows: LabelledText[] = [];
  try {
    for await (const row of readLabelledTexts(createReadStream(file), file)) rows.push(row);
  } catch (error) {
    if (error instanceof DatasetError) throw error;
    throw new DatasetError(`${file} cannot be read: ${(error as Error).message}.`);
  }
  if (rows.length === 0) throw new DatasetError(`${file}: there are no rows to compare with.`);
  return rows;
}

async function emotionsOf(rows: readonly LabelledText[], folder: string): Promise<Emotion[]> {
  const version = await openVersion(folder);
  try {
    return (await version.classifier.classify(rows.map(({ text }) => text))).map(({ emotion }) => emotion);
  } finally {
    await version.close();
  }
}
