import { join } from "node:path";
import { type Corpus, CorpusBuilder, labelNumbers, refuseFurtherCells } from "./corpus.js";
import { readRecords } from "./delimited-file.js";

/** The emotions of Plutchik's wheel, in the publisher's order, whose numbers start from 1. */
const LABELS = ["anger", "anticipation", "disgust", "fear", "joy", "sadness", "surprise", "trust"] as const;
const NEUTRAL = 9;
const UNQUOTED = { delimiter: "\t", quote: false } as const;

/**
 * Reads the English part of XED (Öhman et al. 2020, CC BY 4.0), lines of film subtitles:
 * en-annotated.tsv with text and numbers of labels from 1, and neu_en.txt with 9 and a neutral text.
 * @throws DatasetError naming the file, and the line where one is not what it should be
 */
export async function readXed(folder: string): Promise<Corpus> {
  const corpus = new CorpusBuilder();
  for await (const { record, where } of readRecords(join(folder, "en-annotated.tsv"), UNQUOTED)) {
    refuseFurtherCells(record, 2, where);
    const numbers = labelNumbers(record[1], where, 1, LABELS.length);
    corpus.add(
      record[0] ?? "",
      numbers.map((number) => number - 1),
    );
  }
  for await (const { record, where } of readRecords(join(folder, "neu_en.txt"), UNQUOTED)) {
    refuseFurtherCells(record, 2, where);
    labelNumbers(record[0], where, NEUTRAL, NEUTRAL);
    corpus.add(record[1] ?? "", []);
  }
  return { name: "xed", labels: LABELS, texts: corpus.texts, neutralTexts: corpus.neutralTexts };
}
