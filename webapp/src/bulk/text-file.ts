import { CsvError, type Info, parse } from "csv-parse/browser/esm/sync";
import { originalCell } from "./spreadsheet-cell.js";
import { TextFileError } from "./text-file-error.js";

/** How a file holds texts: in a column of a CSV, or one a line. */
export type TextFileKind = "csv" | "lines";

/** A row of a file. */
export interface FileRow {
  /** As a spreadsheet or an editor counts, from 1, the names of the columns included. */
  readonly row: number;
  readonly cells: readonly string[];
}

/** What a file holds. */
export interface TextFile {
  /** The names of the columns; null in a file with one text a line. */
  readonly columns: readonly string[] | null;
  /** Rows that are empty altogether are left out. */
  readonly rows: readonly FileRow[];
}

const SEPARATORS = [",", ";", "\t"] as const;
/** The names of the columns are looked for in so many characters. */
const HEADER_WITHIN = 20_000;

/**
 * Reads a file of texts.
 * @throws TextFileError
 */
export function readTextFile(bytes: Uint8Array, kind: TextFileKind): TextFile {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const text = decoded(bytes);
  const file = kind === "csv" ? readCsv(text, hasMark) : readLines(text);
  if (file.rows.length === 0) throw new TextFileError("EMPTY");
  return file;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new TextFileError("NOT_UTF8");
  }
}

function readLines(text: string): TextFile {
  const rows = text.split(/\r\n|\n|\r/).map((line, index) => ({ row: index + 1, cells: [line] }));
  return { columns: null, rows: rows.filter(isFilled) };
}

function readCsv(text: string, hasMark: boolean): TextFile {
  const separator = separatorOf(text);
  const [header, ...records] = recordsOf(text, separator);
  if (!header) throw new TextFileError("EMPTY");
  if (header.every((name) => name.trim() === "")) throw new TextFileError("NO_HEADER");
  // Only an export for spreadsheets begins with a mark and made its cells harmless.
  const original = hasMark ? (cells: string[]) => cells.map(originalCell) : (cells: string[]) => cells;
  const rows = records.map((cells, index) => ({ row: index + 2, cells: original(cells) }));
  return { columns: header.map((name) => name.trim()), rows: rows.filter(isFilled) };
}

/** What separates the names in the first line: spreadsheets of many countries write semicolons. */
function separatorOf(text: string): string {
  const start = text.slice(0, HEADER_WITHIN);
  const columns = (separator: string) => recordsOf(start, separator, 1)[0]?.length ?? 0;
  const counts = SEPARATORS.map((separator) => ({ separator, count: columns(separator) }));
  return counts.reduce((most, each) => (each.count > most.count ? each : most)).separator;
}

function recordsOf(text: string, delimiter: string, most?: number): string[][] {
  try {
    // Lengths are compared row by row later, so that one bad row does not keep the others from being predicted.
    return parse(text, { delimiter, relax_column_count: true, ...(most && { to: most }) });
  } catch (cause) {
    if (most) return [];
    throw new TextFileError("NOT_CSV", cause instanceof CsvError ? (cause as CsvError & Info).lines : 0);
  }
}

function isFilled({ cells }: FileRow): boolean {
  return cells.length > 1 || cells[0] !== "";
}
