import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatasetError } from "../../contract/index.js";
import type { Corpus } from "./corpus.js";
import { readEvent2Mind } from "./event2mind.js";
import { readGoEmotions } from "./goemotions.js";
import { readXed } from "./xed.js";

export type { Corpus, CorpusText } from "./corpus.js";
export { readEvent2Mind } from "./event2mind.js";
export { readGoEmotions } from "./goemotions.js";
export { readIsear } from "./isear.js";
export { readXed } from "./xed.js";

const READERS: Readonly<Record<string, (folder: string) => Promise<Corpus>>> = {
  goemotions: readGoEmotions,
  xed: readXed,
  event2mind: readEvent2Mind,
};

/**
 * Reads the corpora that a folder has, each from the publisher's files in a folder of its name:
 * goemotions, xed, event2mind, always in this order.
 * @throws DatasetError when there is none of them, or one of their files is missing or malformed
 */
export async function readCorpora(folder: string): Promise<Corpus[]> {
  const found = Object.entries(READERS).filter(([name]) => existsSync(join(folder, name)));
  if (found.length === 0) {
    throw new DatasetError(
      `${folder} has no corpus. Make at least one of the folders ${Object.keys(READERS).join(", ")} in it.`,
    );
  }
  const corpora: Corpus[] = [];
  for (const [name, read] of found) corpora.push(await read(join(folder, name)));
  return corpora;
}
