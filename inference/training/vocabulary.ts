import { tokenize } from "../src/tokenizer.js";

/** Which words are worth learning. */
export interface VocabularyLimits {
  maxWords: number;
  /** Rarer words are read as unknown. */
  minWordCount: number;
}

/** The words of some rows' texts, the most frequent first, equally frequent ones in alphabetical order. */
export function buildVocabulary(
  rows: Iterable<{ text: string }>,
  { maxWords, minWordCount }: VocabularyLimits,
): string[] {
  const counts = new Map<string, number>();
  for (const { text } of rows) {
    for (const token of tokenize(text)) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count >= minWordCount)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, maxWords)
    .map(([word]) => word);
}
