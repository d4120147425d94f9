const ALPHABET = "abcdefghijklmnopqrstuvwxyz";

// Shorter words have too many neighbours, longer ones are no words.
const MIN_LETTERS = 4;
const MAX_LETTERS = 20;

const ELONGATED = /([a-z])\1{2,}/g;

/**
 * The word of a vocabulary that a misspelt word most likely stands for: the word without its elongation
 * ("sooo", "happyyyy"), else the most frequent one that a single letter inserted, left out or replaced, or
 * two neighbours swapped, would make of it (Damerau, "A technique for computer detection and correction of
 * spelling errors", 1964).
 * @param word lower-case letters, not itself in the vocabulary
 * @param rankOf a word's place in the vocabulary, the most frequent first; undefined for any other word
 * @returns undefined when there is no such word
 */
export function repaired(word: string, rankOf: (word: string) => number | undefined): string | undefined {
  for (const kept of ["$1$1", "$1"]) {
    const shorter = word.replace(ELONGATED, kept);
    if (shorter !== word && rankOf(shorter) !== undefined) return shorter;
  }
  const base = word.replace(ELONGATED, "$1$1");
  if (base.length < MIN_LETTERS || base.length > MAX_LETTERS) return undefined;
  let best: string | undefined;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const candidate of neighbours(base)) {
    const rank = rankOf(candidate);
    if (rank === undefined || rank >= bestRank || candidate.length < MIN_LETTERS - 1) continue;
    [best, bestRank] = [candidate, rank];
  }
  return best;
}

/** Every text that one slip of the fingers leads to. */
function* neighbours(word: string): Generator<string> {
  for (let i = 0; i <= word.length; i += 1) {
    const before = word.slice(0, i);
    const after = word.slice(i + 1);
    if (i < word.length) yield before + after;
    if (i + 1 < word.length) yield `${before}${word[i + 1]}${word[i]}${word.slice(i + 2)}`;
    for (const letter of ALPHABET) {
      if (i < word.length) yield before + letter + after;
      yield before + letter + word.slice(i);
    }
  }
}
