import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { DatasetError, type LabelledText, readLabelledTexts } from "../contract/index.js";

/** Labelled texts with where they come from. */
export interface Dataset {
  rows: LabelledText[];
  /** Of the files' bytes, one after the other; for a single file the checksum that its export was given. */
  sha256: string;
  files: DatasetFile[];
}

/** A file that a dataset was read from. */
export interface DatasetFile {
  file: string;
  rows: number;
  /** Of the file's bytes. */
  sha256: string;
}

/**
 * Reads CSV files with the columns `text` and `emotion`.
 * @throws DatasetError naming the file, and the line where one is not what it should be
 */
export async function readDatasets(files: readonly string[]): Promise<Dataset> {
  const rows: LabelledText[] = [];
  const hash = createHash("sha256");
  const read: DatasetFile[] = [];
  for (const file of files) {
    const [own, before] = [createHash("sha256"), rows.length];
    const input = Readable.from(hashed(createReadStream(file), [hash, own]));
    try {
      for await (const row of readLabelledTexts(input, file)) rows.push(row);
    } catch (error) {
      if (error instanceof DatasetError) throw error;
      throw new DatasetError(`${file} cannot be read: ${(error as Error).message}.`);
    }
    read.push({ file, rows: rows.length - before, sha256: own.digest("hex") });
  }
  return { rows, sha256: hash.digest("hex"), files: read };
}

async function* hashed(source: Readable, hashes: readonly Hash[]): AsyncGenerator<Buffer> {
  for await (const chunk of source as AsyncIterable<Buffer>) {
    for (const hash of hashes) hash.update(chunk);
    yield chunk;
  }
}

const NEITHER_LETTERS_NOR_DIGITS = /[^\p{L}\p{N}]+/gu;

/** What two texts have in common that differ only in case, white space and punctuation. */
export function normalisedText(text: string): string {
  const compatible = text.normalize("NFKC").toLowerCase();
  return compatible.replace(NEITHER_LETTERS_NOR_DIGITS, " ").trim() || compatible;
}
