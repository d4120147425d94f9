import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { CsvError, type Options, parse } from "csv-parse";
import { DatasetError } from "../../contract/index.js";

/** A record of a delimited file with where it stands. */
export interface Located<R> {
  record: R;
  /** File and line, as an error names them. */
  where: string;
}

/**
 * Reads the records of a delimited file without a header, one by one; blank lines are skipped.
 * @param options how the publisher delimits and quotes
 * @throws DatasetError when the file cannot be read or its quoting is broken
 */
export function readRecords(file: string, options: Options): AsyncGenerator<Located<string[]>> {
  return read<string[]>(file, { relax_column_count: true, ...options });
}

/**
 * Reads the records of a delimited file whose first line names the columns.
 * @param columns what the reader cannot do without
 * @throws DatasetError when the file cannot be read, lacks a column or a line does not fit the header
 */
export function readNamedRecords<C extends string>(
  file: string,
  columns: readonly C[],
): AsyncGenerator<Located<Record<C, string>>> {
  return read<Record<C, string>>(file, { columns: (header: string[]) => checkedHeader(header, file, columns) });
}

/**
 * The header, where it has all of these columns.
 * @throws DatasetError naming those that it lacks
 */
export function checkedHeader(header: string[], file: string, columns: readonly string[]): string[] {
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length === 0) return header;
  throw new DatasetError(
    `${file} has no column ${missing.join(", ")} (found: ${header.join(", ")}). Use the publisher's own file.`,
  );
}

async function* read<R>(file: string, options: Options): AsyncGenerator<Located<R>> {
  const input = createReadStream(file);
  const rows = input.pipe(parse({ bom: true, skip_records_with_empty_values: true, ...options, info: true }));
  input.on("error", (error) => rows.destroy(error));
  try {
    for await (const { record, info } of rows as AsyncIterable<{ record: R; info: { lines: number } }>) {
      yield { record, where: `${file}, line ${info.lines}` };
    }
  } catch (error) {
    throw readingError(file, error);
  }
}

/**
 * Reads a file of one entry a line; blank lines are skipped.
 * @throws DatasetError when the file cannot be read
 */
export async function readLines(file: string): Promise<string[]> {
  try {
    const lines = (await readFile(file, "utf8")).split(/\r?\n/);
    return lines.map((line) => line.trim()).filter((line) => line !== "");
  } catch (error) {
    throw readingError(file, error);
  }
}

function readingError(file: string, error: unknown): unknown {
  if (error instanceof CsvError) {
    return new DatasetError(`${file}: ${error.message}. Fetch the publisher's file again.`);
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") {
    return new DatasetError(`${file} is missing. Put the publisher's file ${basename(file)} there.`);
  }
  return code === undefined ? error : new DatasetError(`${file} cannot be read: ${message}.`);
}
