import { join } from "node:path";
import * as z from "zod";
import { DatasetError } from "../../contract/index.js";
import { type Corpus, CorpusBuilder } from "./corpus.js";
import { readNamedRecords } from "./delimited-file.js";
import { FirstPerson } from "./first-person.js";

const FILE = "train.csv";
const LABEL_COUNT = 60;
const REACTIONS = z.array(z.string());
const NO_REACTION = "none";

/**
 * Reads train.csv of Event2Mind (Rashkin et al. 2018, MIT): events, and how the person in them feels in
 * the free words of annotators. The labels are the 60 most frequent of these words; events that call for
 * none of them are left out. Events are told by the person ("PersonX goes" becomes "I go").
 * @throws DatasetError naming the file, and the line where one is not what it should be
 */
export async function readEvent2Mind(folder: string): Promise<Corpus> {
  const reactions = await reactionsByEvent(join(folder, FILE));
  const labels = mostFrequent([...reactions.values()].flat());
  const numbers = new Map(labels.map((label, number) => [label, number]));
  const teller = new FirstPerson(reactions.keys());
  const corpus = new CorpusBuilder();
  for (const [event, words] of reactions) {
    const found = words.map((word) => numbers.get(word)).filter((number) => number !== undefined);
    if (found.length > 0) corpus.add(teller.tell(event), found);
  }
  return { name: "event2mind", labels, texts: corpus.texts };
}

async function reactionsByEvent(file: string): Promise<Map<string, string[]>> {
  const reactions = new Map<string, string[]>();
  for await (const { record, where } of readNamedRecords(file, ["Event", "Xemotion"])) {
    const words = reactionWords(record.Xemotion, where);
    reactions.set(record.Event, [...(reactions.get(record.Event) ?? []), ...words]);
  }
  return reactions;
}

function reactionWords(cell: string, where: string): string[] {
  const words = REACTIONS.safeParse(parsedJson(cell));
  if (!words.success) {
    throw new DatasetError(`${where}: Xemotion is no JSON list of texts. Mend or remove the line.`);
  }
  const normalised = words.data.map((word) => word.toLowerCase().replace(/^[\s.,!]+|[\s.,!]+$/g, ""));
  return normalised.filter((word) => word !== "" && word !== NO_REACTION);
}

function parsedJson(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    return undefined;
  }
}

function mostFrequent(words: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const ranked = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return ranked.slice(0, LABEL_COUNT).map(([word]) => word);
}
