import type { LabelledText } from "../contract/index.js";
import type { Tokenizer } from "../src/tokenizer.js";
import { everydayFacts } from "./augmentation/index.js";
import type { Corpus } from "./corpora/index.js";
import type { GateExample } from "./neutral-gate.js";
import { Random } from "./random.js";
import { GATE } from "./recipe.js";

/** What gate examples are made from. */
export interface GateSources {
  corpora: readonly Corpus[];
  /** Rows to learn from, all of which carry an emotion. */
  rows: readonly LabelledText[];
  tokenizer: Tokenizer;
  seed: number;
}

/** Texts with and without an emotion: of the corpora, of the rows, and made-up facts of everyday life. */
export function gateExamples({ corpora, rows, tokenizer, seed }: GateSources): GateExample[] {
  const random = new Random(seed);
  const some = (texts: readonly string[]) => random.shuffled(texts).slice(0, GATE.textsPerSource);
  const published = corpora.flatMap(({ neutralTexts = [] }) => some(neutralTexts));
  const emotional = [
    ...corpora.flatMap(({ texts }) => some(texts.map(({ text }) => text))),
    ...rows.map(({ text }) => text),
  ];
  const facts = everydayFacts(random, Math.min(GATE.textsPerSource, emotional.length));
  return [
    ...[...published, ...facts].map((text) => ({ text: tokenizer.encode(text), neutral: true })),
    ...emotional.map((text) => ({ text: tokenizer.encode(text), neutral: false })),
  ];
}
