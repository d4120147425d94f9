// Shorter words have too many neighbours, longer ones are no words.
const MIN_LETTERS = 4;
const MAX_LETTERS = 20;

const ELONGATED = /([a-z])\1{2,}/g;
const LETTERS_ONLY = new RegExp(`^[a-z]{${MIN_LETTERS - 1},${MAX_LETTERS + 1}}$`);

/**
 * Finds the word of a vocabulary that a misspelt word most likely stands for: the word without its elongation
 * ("sooo", "happyyyy"), else the most frequent one that a single letter inserted, left out or replaced, or
 * two neighbours swapped, would make of it (Damerau, "A technique for computer detection and correction of
 * spelling errors", 1964).
 *
 * Two words that are one slip apart have a remainder in common: one of them as it is, or both without one letter
 * (Garbe's SymSpell, 2012). So a word costs a few lookups, however large the vocabulary is.
 */
export class SpellingRepair {
  readonly #ranks: ReadonlyMap<string, number>;
  readonly #byRemainder: ReadonlyMap<string, readonly string[]>;

  /** @param ranks each word's place in the vocabulary: the most frequent has the lowest */
  constructor(ranks: ReadonlyMap<string, number>) {
    this.#ranks = ranks;
    // Already here, so that no request waits for it.
    this.#byRemainder = indexOf(ranks.keys());
  }

  /**
   * @param word lower-case letters, not itself in the vocabulary
   * @returns undefined when there is no such word
   */
  repaired(word: string): string | undefined {
    for (const kept of ["$1$1", "$1"]) {
      const shorter = word.replace(ELONGATED, kept);
      if (shorter !== word && this.#ranks.has(shorter)) return shorter;
    }
    const base = word.replace(ELONGATED, "$1$1");
    return base.length < MIN_LETTERS || base.length > MAX_LETTERS ? undefined : this.#nearest(base);
  }

  #nearest(word: string): string | undefined {
    let best: string | undefined;
    let bestRank = Number.POSITIVE_INFINITY;
    for (const remainder of remaindersOf(word)) {
      for (const candidate of this.#byRemainder.get(remainder) ?? []) {
        const rank = this.#ranks.get(candidate) ?? Number.POSITIVE_INFINITY;
        if (rank < bestRank && isOneSlip(word, candidate)) [best, bestRank] = [candidate, rank];
      }
    }
    return best;
  }
}

/** The words that one slip can lead to, by each of their remainders. */
function indexOf(words: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>();
  for (const word of words) {
    if (!LETTERS_ONLY.test(word)) continue;
    for (const remainder of remaindersOf(word)) {
      const alike = index.get(remainder);
      if (alike === undefined) index.set(remainder, [word]);
      else alike.push(word);
    }
  }
  return index;
}

/** A word as it is, and without each of its letters. */
function remaindersOf(word: string): string[] {
  const remainders = [word];
  for (let i = 0; i < word.length; i += 1) {
    // Of two equal neighbours, either leaves the same.
    if (word[i] !== word[i - 1]) remainders.push(word.slice(0, i) + word.slice(i + 1));
  }
  return remainders;
}

/** Whether one letter inserted, left out or replaced, or two neighbours swapped, make one word of the other. */
function isOneSlip(typed: string, meant: string): boolean {
  let i = 0;
  while (i < typed.length && typed[i] === meant[i]) i += 1;
  if (typed.length > meant.length) return typed.slice(i + 1) === meant.slice(i);
  if (typed.length < meant.length) return typed.slice(i) === meant.slice(i + 1);
  if (typed.slice(i + 1) === meant.slice(i + 1)) return true;
  const swapped = typed[i] === meant[i + 1] && typed[i + 1] === meant[i];
  return swapped && typed.slice(i + 2) === meant.slice(i + 2);
}
