import { stringify } from "csv-stringify/browser/esm/sync";
import { codePoints, MAX_LENGTH } from "../text-length.js";
import { harmlessCell } from "./spreadsheet-cell.js";
import { type FileRow, readTextFile, type TextFileKind } from "./text-file.js";

/** What a file holds, without its rows. */
export interface TableShape {
  /** The names of the columns; null in a file with one text a line. */
  readonly columns: readonly string[] | null;
  readonly rows: number;
}

/** A text with the row that it stands in. */
export interface TableText {
  readonly row: number;
  readonly text: string;
}

/** Why a row is not worth sending. */
export type RowProblem =
  | { readonly code: "CELLS"; readonly found: number; readonly expected: number }
  | { readonly code: "TOO_LONG"; readonly length: number };

/** A text to be predicted. */
export interface TableItem extends TableText {
  /** Its place among the rows of the table. */
  readonly index: number;
  readonly problem?: RowProblem;
}

/** What became of a text: the cells of its prediction, or why there is none. */
export interface TableOutcome {
  readonly index: number;
  readonly cells?: readonly string[];
  readonly error?: string;
}

/** The most texts that the server takes at once. */
const MOST_TEXTS = 100;
/** The most bytes of JSON that are sent at once: the server takes 256 KB with everything around the texts. */
const MOST_BYTES = 200_000;
/** Rows that are put into one string: longer ones cannot be made everywhere. */
const ROWS_AT_ONCE = 10_000;
/** As exports for spreadsheets are written. */
const LINES = { record_delimiter: "\r\n", quoted_match: /^\s|\s$|[\r\n]/, cast: { string: harmlessCell } };

/** The texts of a file and what became of each: what is to be sent next, and the files that come out in the end. */
export class TextTable {
  #rows: readonly FileRow[] = [];
  #width: number | null = null;
  #column = 0;
  #next = 0;
  #outcomes: TableOutcome[] = [];

  /** @throws TextFileError */
  async read(file: Blob, kind: TextFileKind): Promise<TableShape> {
    const { columns, rows } = readTextFile(new Uint8Array(await file.arrayBuffer()), kind);
    this.#rows = rows;
    this.#width = columns?.length ?? null;
    this.#outcomes = [];
    this.#next = 0;
    return { columns, rows: rows.length };
  }

  /** Takes the texts of a column from now on. @returns the first of them */
  choose(column: number, shown: number): readonly TableText[] {
    this.#column = column;
    return this.#rows.slice(0, shown).map((row) => this.#textOf(row));
  }

  /** The texts that are to be sent next, as many as one request holds; none at the end. */
  next(): readonly TableItem[] {
    const items: TableItem[] = [];
    let bytes = 0;
    for (; this.#next < this.#rows.length && items.length < MOST_TEXTS; this.#next += 1) {
      const item = this.#itemAt(this.#next);
      bytes += item.problem ? 0 : jsonBytes(item.text);
      if (bytes > MOST_BYTES && items.length > 0) break;
      items.push(item);
    }
    return items;
  }

  record(outcomes: readonly TableOutcome[]): void {
    this.#outcomes.push(...outcomes);
  }

  /** Everything that was predicted as a CSV. @param names of the cells of a prediction */
  results(names: readonly string[]): Blob {
    const predicted = this.#outcomes.filter(({ cells }) => cells !== undefined);
    return csvFile(["text", ...names], predicted, ({ index, cells = [] }) => [this.#textAt(index).text, ...cells]);
  }

  /** Everything that was not predicted as a CSV, with the reasons. */
  problems(): Blob {
    const refused = this.#outcomes.filter(({ error }) => error !== undefined);
    return csvFile(["row", "error", "text"], refused, ({ index, error = "" }) => {
      const { row, text } = this.#textAt(index);
      return [String(row), error, text];
    });
  }

  #itemAt(index: number): TableItem {
    const { row, text } = this.#textAt(index);
    const found = this.#rows[index]?.cells.length ?? 0;
    if (this.#width !== null && found !== this.#width) {
      return { index, row, text, problem: { code: "CELLS", found, expected: this.#width } };
    }
    // The server would say so, too, but might not take so much at once.
    const length = codePoints(text.trim());
    const tooLong = length > MAX_LENGTH || jsonBytes(text) > MOST_BYTES;
    return { index, row, text, ...(tooLong && { problem: { code: "TOO_LONG" as const, length } }) };
  }

  #textAt(index: number): TableText {
    const row = this.#rows[index];
    if (!row) throw new RangeError(`There is no row ${index}.`);
    return this.#textOf(row);
  }

  #textOf({ row, cells }: FileRow): TableText {
    return { row, text: cells[this.#column] ?? "" };
  }
}

function csvFile<Row>(header: readonly string[], rows: readonly Row[], cellsOf: (row: Row) => readonly string[]): Blob {
  const parts = [stringify([header], { ...LINES, bom: true })];
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    parts.push(stringify(rows.slice(start, start + ROWS_AT_ONCE).map(cellsOf), LINES));
  }
  return new Blob(parts, { type: "text/csv;charset=utf-8" });
}

const encoder = new TextEncoder();

function jsonBytes(text: string): number {
  return encoder.encode(JSON.stringify(text)).length;
}
