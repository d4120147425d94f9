import { join } from "node:path";
import { DatasetError } from "../../contract/index.js";
import { type Corpus, CorpusBuilder, labelNumbers, refuseFurtherCells } from "./corpus.js";
import { readLines, readRecords } from "./delimited-file.js";

const FILES = ["train.tsv", "dev.tsv", "test.tsv"];
const NEUTRAL = "neutral";

/**
 * Reads GoEmotions (Demszky et al. 2020, Apache-2.0): labels.txt with a label a line, and train.tsv,
 * dev.tsv and test.tsv with text, numbers of labels from 0, and id. All three are read, since nothing
 * is measured on them.
 * @throws DatasetError naming the file, and the line where one is not what it should be
 */
export async function readGoEmotions(folder: string): Promise<Corpus> {
  const all = await readLines(join(folder, "labels.txt"));
  const neutral = all.indexOf(NEUTRAL);
  if (neutral < 0) throw new DatasetError(`${join(folder, "labels.txt")} has no line "${NEUTRAL}". Fetch it again.`);
  const labels = all.filter((label) => label !== NEUTRAL);
  const corpus = new CorpusBuilder();
  for (const name of FILES) {
    for await (const { record, where } of readRecords(join(folder, name), { delimiter: "\t" })) {
      refuseFurtherCells(record, 3, where);
      const numbers = labelNumbers(record[1], where, 0, all.length - 1).filter((number) => number !== neutral);
      corpus.add(
        record[0] ?? "",
        numbers.map((number) => labels.indexOf(all[number] ?? "")),
      );
    }
  }
  return { name: "goemotions", labels, texts: corpus.texts, neutralTexts: corpus.neutralTexts };
}
