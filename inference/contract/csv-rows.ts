import { pipeline, type Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { checkedUtf8, MAX_CSV_BYTES, unknownTraits } from "./csv-bytes.js";
import { DatasetError } from "./dataset-error.js";
import { excerpt } from "./excerpt.js";
import { nearestWord } from "./nearest-word.js";

/** How a dataset is read. */
export interface ReadingLimits {
  /** The most bytes that the file may have. */
  maxBytes?: number;
}

/** What is read, and what must be in it. */
export interface ReadingOptions extends ReadingLimits {
  name: string;
  /** The columns that must be there. */
  columns: readonly string[];
}

/** A row by the names of its columns, with where it is. */
export interface CsvRow {
  cells: Readonly<Record<string, string | undefined>>;
  line: number;
  /** The file and the line, for an error. */
  where: string;
  /** Whether the file is in the dialect SPREADSHEET: it has a byte order mark, and its lines end in CRLF. */
  spreadsheet: boolean;
}

// A quote that is never closed would otherwise take in all that follows; the longest row allowed is far smaller.
const MAX_ROW_BYTES = 2 ** 20;

/**
 * Reads a CSV file in UTF-8 row by row, with bounded memory. Lines that are blank are passed over.
 * @throws DatasetError for a file, a quoting or a number of cells that is not what it should be
 */
export async function* readRows(input: Readable, options: ReadingOptions): AsyncGenerator<CsvRow> {
  const { name, maxBytes = MAX_CSV_BYTES } = options;
  const traits = unknownTraits();
  const place: Place = { line: 1 };
  let header: string[] | undefined;
  let rows = 0;
  try {
    for await (const { record, line } of records(input, { name, traits, maxBytes }, place)) {
      const where = `${name}, line ${line}`;
      if (header === undefined) header = checkedHeader(record, options);
      else if (!isBlank(record, header)) {
        rows += 1;
        yield {
          cells: cellsOf(record, header, where),
          line,
          where,
          spreadsheet: traits.bom && traits.lineEnd === "\r\n",
        };
      }
    }
  } catch (error) {
    throw error instanceof CsvError ? new DatasetError(quotingProblem(error, name, place.line)) : error;
  }
  if (traits.bytes === 0) throw new DatasetError(`${name} is empty. It needs a line of column names, then rows.`);
  if (rows === 0) throw new DatasetError(`${name} has a line of column names but no rows. Add rows below it.`);
}

/** Where parsing is: the line of the file that the next row starts on. */
interface Place {
  line: number;
}

interface PlacedRecord {
  record: string[];
  line: number;
}

async function* records(
  input: Readable,
  check: Parameters<typeof checkedUtf8>[1],
  place: Place,
): AsyncGenerator<PlacedRecord> {
  const lines: number[] = [];
  const parser = parse({
    bom: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    max_record_size: MAX_ROW_BYTES,
    // Counted here, because an error comes before the rows in front of it are read, and csv-parse counts CRLF in a cell twice.
    on_record: (record) => {
      lines.push(place.line);
      place.line += linesOf(record);
      return record;
    },
  });
  // What goes wrong destroys the parser, and whoever reads from it gets the error.
  pipeline(
    input,
    (source: AsyncIterable<Buffer | string>) => checkedUtf8(source, check),
    parser,
    () => undefined,
  );
  for await (const record of parser as AsyncIterable<string[]>) yield { record, line: lines.shift() ?? place.line };
}

/** Whether a record is a blank line. Blanks in the only column of a file are a cell. */
function isBlank(record: readonly string[], header: readonly string[]): boolean {
  return record.length === 1 && (header.length === 1 ? record[0] : record[0]?.trim()) === "";
}

/** How many lines of the file a row takes. */
function linesOf(record: readonly string[]): number {
  return record.reduce((lines, cell) => lines + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 1);
}

function cellsOf(record: string[], header: readonly string[], where: string): CsvRow["cells"] {
  if (record.length !== header.length) {
    throw new DatasetError(
      `${where} has ${record.length} cells, but the first line names ${header.length} columns. Put cells that hold a comma, a quote or a line end in double quotes.`,
    );
  }
  return Object.fromEntries(header.map((column, index) => [column, record[index]]));
}

const QUOTING: Partial<Record<CsvError["code"], string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a cell starts with " and never ends with it',
  CSV_MAX_RECORD_SIZE: 'a row is longer than 1 MiB, most likely because a cell starts with " and never ends with it',
  CSV_INVALID_CLOSING_QUOTE: 'something follows the " that ends a cell',
  INVALID_OPENING_QUOTE: 'there is a " inside a cell that does not start with one',
};

function quotingProblem(error: CsvError, name: string, line: number): string {
  const problem = QUOTING[error.code] ?? error.message;
  return `${name}, line ${line}: the quoting is broken: ${problem}. Put the cell in double quotes and write each " inside it twice.`;
}

function checkedHeader(header: string[], { name, columns }: ReadingOptions): string[] {
  for (const column of columns) {
    if (!header.includes(column)) throw new DatasetError(missingColumn(column, header, name));
  }
  const twice = header.find((column, index) => columns.includes(column) && header.indexOf(column) !== index);
  if (twice !== undefined) throw new DatasetError(`${name} has the column "${twice}" twice. Leave one of them.`);
  return header;
}

function missingColumn(column: string, header: readonly string[], name: string): string {
  const found = `${name} has no column "${column}" (found: ${header.map((cell) => excerpt(cell)).join(", ")}).`;
  if (header.length === 1 && /[;\t|]/.test(header[0] ?? "")) return `${found} Separate the columns with commas.`;
  const alike = nearestWord(column, header);
  if (alike !== undefined) return `${found} Rename "${excerpt(alike)}" to "${column}".`;
  return `${found} Name the columns in the first line.`;
}
