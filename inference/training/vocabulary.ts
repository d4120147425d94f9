import type { EmotionLexicon } from "../src/negation.js";
import { termsOf } from "../src/tokenizer.js";

/** Texts whose words are worth learning when they occur often enough among them. */
export interface VocabularySource {
  texts: Iterable<string>;
  /** Rarer words are read as unknown, unless another source has them often enough. */
  minWordCount: number;
}

/** The words of some sources, the most frequent of all first, equally frequent ones in alphabetical order. */
export function buildVocabulary(
  sources: readonly VocabularySource[],
  maxWords: number,
  lexicon: EmotionLexicon | null,
): string[] {
  const total = new Map<string, number>();
  const chosen = new Set<string>();
  for (const { texts, minWordCount } of sources) {
    const counts = new Map<string, number>();
    for (const text of texts) for (const term of termsOf(text, lexicon)) add(counts, term, 1);
    for (const [word, count] of counts) {
      add(total, word, count);
      if (count >= minWordCount) chosen.add(word);
    }
  }
  const countOf = (word: string) => total.get(word) ?? 0;
  return [...chosen].sort((a, b) => countOf(b) - countOf(a) || (a < b ? -1 : 1)).slice(0, maxWords);
}

function add(counts: Map<string, number>, word: string, count: number): void {
  counts.set(word, (counts.get(word) ?? 0) + count);
}
