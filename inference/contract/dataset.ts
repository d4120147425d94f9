import type { Readable, Transform } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { stringify } from "csv-stringify";
import { EMOTIONS, type Emotion, isEmotion } from "./emotion.js";

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
}

/** A dataset that cannot be trusted: the message says which line, what is wrong and what to do. */
export class DatasetError extends Error {
  override name = "DatasetError";
}

/**
 * Reads the labelled texts of a CSV file: an export of Sentiloop in either dialect, or any file with the
 * columns `text` and `emotion`.
 * @param name what to call the file in an error
 * @throws DatasetError at the first line that is not what it should be; nothing is guessed or skipped
 */
export async function* readLabelledTexts(input: Readable, name: string): AsyncGenerator<LabelledText> {
  const rows = input.pipe(parse({ bom: true, columns: checkedHeader(name), info: true }));
  input.on("error", (error) => rows.destroy(error));
  try {
    for await (const { record, info } of rows as AsyncIterable<{
      record: Record<string, string>;
      info: { lines: number };
    }>) {
      yield labelledText(record, `${name}, line ${info.lines}`);
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw new DatasetError(`${name}: ${error.message}. Mend the file's quoting or columns.`);
    throw error;
  }
}

function checkedHeader(name: string): (header: string[]) => string[] {
  return (header) => {
    for (const column of ["text", "emotion"]) {
      if (!header.includes(column)) {
        throw new DatasetError(
          `${name} has no column "${column}" (found: ${header.join(", ")}). Name the columns in the first line.`,
        );
      }
    }
    return header;
  };
}

function labelledText(record: Record<string, string>, where: string): LabelledText {
  const { text = "", emotion = "" } = record;
  if (!isEmotion(emotion)) {
    throw new DatasetError(`${where}: unknown emotion "${emotion}". Use one of ${EMOTIONS.join(", ")}.`);
  }
  if (text.trim() === "") throw new DatasetError(`${where}: the text is empty. Remove the row or fill it.`);
  return { text, emotion };
}
