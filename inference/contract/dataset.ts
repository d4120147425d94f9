import type { Readable, Transform } from "node:stream";
import { stringify } from "csv-stringify";
import { type CsvRow, type ReadingLimits, readRows } from "./csv-rows.js";
import { DatasetError } from "./dataset-error.js";
import { EMOTIONS, type Emotion, isEmotion } from "./emotion.js";
import { excerpt } from "./excerpt.js";
import { nearestWord } from "./nearest-word.js";
import { textProblem } from "./text.js";

export type { ReadingLimits } from "./csv-rows.js";
export { DatasetError } from "./dataset-error.js";

/** Whether a person has judged a prediction, and how. */
export const PREDICTION_STATUSES = ["PENDING", "APPROVED", "REVISED"] as const;
export type PredictionStatus = (typeof PREDICTION_STATUSES)[number];

/**
 * How a dataset is written. RFC4180 is lossless and for programs; SPREADSHEET starts with a byte order
 * mark, ends lines with CRLF and makes cells harmless that a spreadsheet would run as formulas.
 */
export const CSV_DIALECTS = ["RFC4180", "SPREADSHEET"] as const;
export type CsvDialect = (typeof CSV_DIALECTS)[number];

/** One prediction as a row of a dataset. `emotion` is the label that holds: verified, else predicted. */
export interface DatasetRow {
  id: string;
  text: string;
  emotion: Emotion;
  predictedEmotion: Emotion;
  status: PredictionStatus;
  confidence: number;
  probabilities: Record<Emotion, number>;
  modelVersion: string;
  version: number;
  /** Who made the decision that holds; null while PENDING. */
  actor: string | null;
  createdAt: string;
  verifiedAt: string | null;
}

/** The columns of a dataset, in their order, each with how a row fills it. The only home of this fact. */
const COLUMNS: Readonly<Record<string, (row: DatasetRow) => string>> = {
  id: (row) => row.id,
  text: (row) => row.text,
  emotion: (row) => row.emotion,
  predicted_emotion: (row) => row.predictedEmotion,
  status: (row) => row.status,
  confidence: (row) => row.confidence.toFixed(6),
  ...Object.fromEntries(EMOTIONS.map((e) => [`p_${e}`, (row: DatasetRow) => row.probabilities[e].toFixed(6)])),
  model_version: (row) => row.modelVersion,
  version: (row) => String(row.version),
  actor: (row) => row.actor ?? "",
  created_at: (row) => row.createdAt,
  verified_at: (row) => row.verifiedAt ?? "",
};

const FILL = Object.values(COLUMNS);

/** The names of a dataset's columns, in their order. */
export const DATASET_COLUMNS: readonly string[] = Object.keys(COLUMNS);

/** The cells of a row, in the order of the columns, before any dialect is applied. */
export function datasetRecord(row: DatasetRow): string[] {
  return FILL.map((fill) => fill(row));
}

/**
 * A stream that takes records (see `datasetRecord`) and gives the bytes of a CSV file in UTF-8, header
 * line first, also when no record ever comes.
 */
export function createDatasetWriter(dialect: CsvDialect): Transform {
  const spreadsheet = dialect === "SPREADSHEET";
  return stringify({
    header: true,
    columns: [...DATASET_COLUMNS],
    bom: spreadsheet,
    record_delimiter: spreadsheet ? "\r\n" : "\n",
    // Readers trim bare cells and end a record at a lone carriage return, so such cells are quoted too.
    quoted_match: /^\s|\s$|[\r\n]/,
    ...(spreadsheet && { cast: { string: harmlessInSpreadsheet } }),
  });
}

// White space and line ends before the dangerous character do not stop a spreadsheet (OWASP, CSV injection).
const RUN_BY_A_SPREADSHEET = /^(?:[\s\uFEFF]*[=+\-@＝＋－＠]|[\t\r\n])/u;

function harmlessInSpreadsheet(cell: string): string {
  return RUN_BY_A_SPREADSHEET.test(cell) ? `'${cell}` : cell;
}

/** A text with the emotion that it carries: all that training needs of a row. */
export interface LabelledText {
  text: string;
  emotion: Emotion;
  /** Whether a person has judged the label; null when the file does not say. */
  status?: PredictionStatus | null;
  /** The line of the file that the row starts on, from 1. */
  line?: number;
  /** The file that the row is in. */
  file?: string;
}

/** A text of a file, with where it is. */
export interface LocatedText {
  text: string;
  /** The line of the file that the row starts on, from 1. */
  line: number;
}

/**
 * Reads the labelled texts of a CSV file in UTF-8: an export of Sentiloop in either dialect, or any file with the
 * columns `text` and `emotion`. A column `status` is read, too, and all others are passed over. In the dialect
 * SPREADSHEET (a byte order mark and CRLF) the apostrophe that makes a cell harmless is taken away again; a
 * text that was typed with such an apostrophe cannot be told from it and loses it, too.
 * @param name what to call the file in an error
 * @throws DatasetError naming a line that is not what it should be; nothing is guessed, and no row is skipped
 */
export async function* readLabelledTexts(
  input: Readable,
  name: string,
  limits: ReadingLimits = {},
): AsyncGenerator<Required<LabelledText>> {
  for await (const row of readRows(input, { ...limits, name, columns: ["text", "emotion"] })) {
    const { text, line } = checkedText(row);
    yield { text, emotion: checkedEmotion(row), status: checkedStatus(row), line, file: name };
  }
}

/**
 * Reads the texts of a CSV file that need not be labelled: its only column that counts is `text`.
 * @param name what to call the file in an error
 * @throws DatasetError as `readLabelledTexts` does
 */
export async function* readTexts(input: Readable, name: string): AsyncGenerator<LocatedText> {
  for await (const row of readRows(input, { name, columns: ["text"] })) yield checkedText(row);
}

function checkedText({ cells, line, where, spreadsheet }: CsvRow): LocatedText {
  const cell = cells.text ?? "";
  const text = spreadsheet ? withoutHarmlessQuote(cell) : cell;
  const at = `${where}, column "text"`;
  if (text.trim() === "") {
    throw new DatasetError(`${at}: the text is empty (${JSON.stringify(excerpt(text))}). Remove the row or fill it.`);
  }
  const problem = textProblem(text);
  if (problem !== undefined) throw new DatasetError(`${at}, ${JSON.stringify(excerpt(text))}: ${problem}`);
  return { text, line };
}

function withoutHarmlessQuote(cell: string): string {
  return cell.startsWith("'") && RUN_BY_A_SPREADSHEET.test(cell.slice(1)) ? cell.slice(1) : cell;
}

function checkedEmotion({ cells, where }: CsvRow): Emotion {
  const { emotion = "" } = cells;
  if (isEmotion(emotion)) return emotion;
  throw new DatasetError(`${where}, column "emotion": unknown emotion ${advice(emotion, EMOTIONS)}`);
}

function checkedStatus({ cells: { status = "" }, where }: CsvRow): PredictionStatus | null {
  if (status === "") return null;
  const known = PREDICTION_STATUSES.find((each) => each === status);
  if (known !== undefined) return known;
  throw new DatasetError(`${where}, column "status": unknown status ${advice(status, PREDICTION_STATUSES)}`);
}

/** A value that is not one of those allowed, with what to write instead. */
function advice(value: string, allowed: readonly string[]): string {
  const nearest = nearestWord(value, allowed);
  const meant = nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
  return `"${excerpt(value)}".${meant} Use one of ${allowed.join(", ")}.`;
}
