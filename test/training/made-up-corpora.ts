import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const FEELINGS = ["furious", "rotten", "afraid", "sorry", "happy", "lonely", "embarrassed"];
const THINGS = ["train", "garden", "letter", "window", "river", "street", "kitchen", "market"];

/** Writes a folder with the three corpora, a few lines each, in the formats of their publishers. */
export async function writeCorpora(folder: string): Promise<string> {
  const lines = FEELINGS.flatMap((feeling, label) =>
    THINGS.map((thing) => ({ text: `We were ${feeling} near the ${thing}`, label })),
  );
  const neutral = THINGS.map((thing) => `The ${thing} is next to the station`);
  const goEmotions = [...lines, ...neutral.map((text) => ({ text, label: FEELINGS.length }))];
  await write(folder, "goemotions/labels.txt", [...FEELINGS, "neutral"]);
  await write(
    folder,
    "goemotions/train.tsv",
    goEmotions.map(({ text, label }, id) => `${text}\t${label}\t${id}`),
  );
  await write(folder, "goemotions/dev.tsv", ["A happy day\t4\td"]);
  await write(folder, "goemotions/test.tsv", ["A lonely day\t5\tt"]);
  await write(
    folder,
    "xed/en-annotated.tsv",
    lines.map(({ text, label }) => `${text} !\t${label + 1}`),
  );
  await write(
    folder,
    "xed/neu_en.txt",
    neutral.map((text) => `9\t${text} , too .`),
  );
  const events = lines.map(
    ({ text, label }) => `it,PersonX ${text.slice(3)},"[""none""]","[""${FEELINGS[label]}""]","[""none""]",,`,
  );
  await write(folder, "event2mind/train.csv", ["Source,Event,Xintent,Xemotion,Otheremotion,Xsent,Osent", ...events]);
  return folder;
}

/** Writes vectors of a few words, as GloVe does. */
export async function writeWordVectors(file: string, width: number): Promise<string> {
  const vector = (index: number) => Array.from({ length: width }, (_, i) => (((index + 1) * (i + 3)) % 7) / 7 - 0.5);
  const lines = [...FEELINGS, ...THINGS].map((word, index) => [word, ...vector(index)].join(" "));
  await writeFile(file, `${lines.join("\n")}\n`);
  return file;
}

async function write(folder: string, name: string, lines: readonly string[]): Promise<void> {
  await mkdir(join(folder, name, ".."), { recursive: true });
  await writeFile(join(folder, name), `${lines.join("\n")}\n`);
}
