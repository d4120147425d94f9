import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { DatasetError, type LabelledText, readLabelledTexts } from "../contract/index.js";

/** Labelled texts with where they come from. */
export interface Dataset {
  rows: LabelledText[];
  /** Of the files' bytes, one after the other; for a single file the checksum that its export was given. */
  sha256: string;
}

/**
 * Reads CSV files with the columns `text` and `emotion`.
 * @throws DatasetError naming the file, and the line where one is not what it should be
 */
export async function readDatasets(files: readonly string[]): Promise<Dataset> {
  const rows: LabelledText[] = [];
  const hash = createHash("sha256");
  for (const file of files) {
    const input = createReadStream(file);
    input.on("data", (chunk) => hash.update(chunk));
    try {
      for await (const row of readLabelledTexts(input, file)) rows.push(row);
    } catch (error) {
      if (error instanceof DatasetError) throw error;
      throw new DatasetError(`${file} cannot be read: ${(error as Error).message}.`);
    }
  }
  return { rows, sha256: hash.digest("hex") };
}

const NEITHER_LETTERS_NOR_DIGITS = /[^\p{L}\p{N}]+/gu;

/** What two texts have in common that differ only in case, white space and punctuation. */
export function normalisedText(text: string): string {
  const compatible = text.normalize("NFKC").toLowerCase();
  return compatible.replace(NEITHER_LETTERS_NOR_DIGITS, " ").trim() || compatible;
}
