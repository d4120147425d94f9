/** Words that carry a feeling, by its direction. A version brings its own, so that it reads as it was trained. */
export interface EmotionLexicon {
  positive: readonly string[];
  negative: readonly string[];
}

/** What is read in place of an emotion word that a negation denies. */
export const DENIED_POSITIVE = "!pos";
export const DENIED_NEGATIVE = "!neg";

/** How many words a negation reaches. */
const SCOPE = 6;

const NEGATORS = new Set(
  "n't not no never nor neither without hardly barely scarcely cannot nobody nothing none nowhere dont didnt doesnt isnt wasnt arent werent wont cant couldnt wouldnt stopped refuse refused lack lacked lacking".split(
    " ",
  ),
);
const PAIRS = new Set(["far from", "free of", "free from", "instead of", "rid of", "ceased to", "anything but"]);

// "can't stop crying", "can't help laughing", "not only sad": what follows is not denied.
const UNDONE_BY = new Set(["only", "stop", "help", "just", "merely", "enough"]);
const COMPARED = new Set(["more", "so", "as"]);
// What is said of an emotion that is over, and how far before it the emotion may stand.
const GONE = new Set("gone vanished disappeared faded evaporated subsided".split(" "));
const REACH_BACK = 4;

const CLOSERS = new Set(
  "! ? . , ; but because so although though while when since until however yet except instead unless if".split(" "),
);

/**
 * Marks what negations deny: a negator opens a scope of six words, which punctuation or a conjunction closes,
 * and an emotion word in it becomes `!neg` or `!pos` (after Das and Chen, "Yahoo! for Amazon", 2001, who
 * marked every word in such a scope). So does an emotion word of which is said that it is gone.
 */
export class NegationRule {
  readonly #marks: ReadonlyMap<string, string>;

  constructor({ positive, negative }: EmotionLexicon) {
    this.#marks = new Map([
      ...positive.map((word) => [word, DENIED_POSITIVE] as const),
      ...negative.map((word) => [word, DENIED_NEGATIVE] as const),
    ]);
  }

  /** The same terms, those that are denied replaced by their mark. */
  apply(terms: readonly string[]): string[] {
    let left = 0;
    const marked = terms.map((term, index) => {
      if (left > 0 && (CLOSERS.has(term) || closesEarly(terms, index))) left = 0;
      if (opens(terms, index)) {
        left = SCOPE;
        return term;
      }
      const mark = left > 0 ? this.#marks.get(term) : undefined;
      left -= 1;
      return mark ?? term;
    });
    terms.forEach((term, index) => {
      if (GONE.has(term)) this.#markBefore(marked, index);
    });
    return marked;
  }

  /** "My fear is gone": marks the emotion words shortly before, unless a negator or the end of a clause is between. */
  #markBefore(terms: string[], end: number): void {
    for (let index = end - 1; index >= Math.max(0, end - REACH_BACK); index -= 1) {
      const term = terms[index] as string;
      if (CLOSERS.has(term) || NEGATORS.has(term)) return;
      terms[index] = this.#marks.get(term) ?? term;
    }
  }
}

function opens(terms: readonly string[], index: number): boolean {
  const term = terms[index] as string;
  return NEGATORS.has(term) || PAIRS.has(`${terms[index - 1]} ${term}`);
}

function closesEarly(terms: readonly string[], index: number): boolean {
  const previous = terms[index - 1] ?? "";
  const term = terms[index] as string;
  if (NEGATORS.has(previous) && UNDONE_BY.has(term)) return true;
  // "never been so happy", "couldn't be happier": a comparison that praises.
  return COMPARED.has(term) && terms.slice(Math.max(0, index - 3), index).includes("never");
}
