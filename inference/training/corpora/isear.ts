import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { DatasetError, type Emotion, type LabelledText, readLabelledTexts } from "../../contract/index.js";
import { normalisedText } from "../dataset-file.js";
import { cleanText, labelNumbers } from "./corpus.js";
import { checkedHeader, readRecords } from "./delimited-file.js";

/** The emotions in the order of the study's codes, which start from 1. */
const BY_CODE: readonly Emotion[] = ["joy", "fear", "anger", "sadness", "disgust", "shame", "guilt"];
// The publisher's conversion left an accent where a line ended, and half-escaped quotation marks.
const STRAY = /[á\\"]+/g;
const REFUSAL =
  /^(?:no response|no description|not? (?:applicable|answer)|nothing|none|blank|same as|see |as (?:above|in)\b|(?:i )?(?:have )?never (?:felt|experienced)|do not remember|can ?not (?:remember|recall|think))/i;

/**
 * Reads the reports of the ISEAR study from a folder with isear.csv as sinmaniphel/py_isear_dataset
 * publishes it (delimited by "|", the columns EMOT and SIT), or else train.csv with the columns `text`
 * and `emotion`, which is taken as it is. Of isear.csv, refusals to answer, one-word entries, repeated
 * texts and texts with two labels are left out.
 * @throws DatasetError naming the file, and the line where one is not what it should be
 */
export async function readIsear(folder: string): Promise<LabelledText[]> {
  const original = join(folder, "isear.csv");
  if (existsSync(original)) return readOriginal(original);
  const plain = join(folder, "train.csv");
  if (existsSync(plain)) return readPlain(plain);
  throw new DatasetError(`${folder} has neither isear.csv nor train.csv. Put one of the two there.`);
}

async function readPlain(file: string): Promise<LabelledText[]> {
  const rows: LabelledText[] = [];
  for await (const row of readLabelledTexts(createReadStream(file), file)) rows.push(row);
  return rows;
}

async function readOriginal(file: string): Promise<LabelledText[]> {
  const rows = new Map<string, LabelledText | "two labels">();
  for await (const { situation, emotion } of reports(file)) {
    const text = answerOf(situation);
    if (text === undefined) continue;
    const known = rows.get(normalisedText(text)) ?? { text, emotion };
    rows.set(normalisedText(text), known !== "two labels" && known.emotion === emotion ? known : "two labels");
  }
  return [...rows.values()].filter((row) => row !== "two labels");
}

async function* reports(file: string): AsyncGenerator<{ situation: string; emotion: Emotion }> {
  let header: string[] | undefined;
  for await (const { record, where } of readRecords(file, { delimiter: "|", quote: false })) {
    if (header === undefined) {
      header = checkedHeader(record, file, ["EMOT", "SIT"]);
      continue;
    }
    if (record.length < header.length) {
      throw new DatasetError(`${where}: ${record.length} cells, not ${header.length}. Fetch isear.csv again.`);
    }
    const [code = 0] = labelNumbers(record[header.indexOf("EMOT")], where, 1, BY_CODE.length);
    // Where a report has "|" itself, the cells after it are counted from the end.
    const end = record.length - (header.length - 1 - header.indexOf("SIT"));
    yield { situation: record.slice(header.indexOf("SIT"), end).join(" "), emotion: BY_CODE[code - 1] as Emotion };
  }
}

/** What a person answered, or undefined for a refusal or a single word. */
function answerOf(situation: string): string | undefined {
  const text = cleanText(situation.replace(STRAY, " ")).replace(/^\[\s*|\s*\]$/g, "");
  return REFUSAL.test(text) || !/\S\s+\S/.test(text) ? undefined : text;
}
