const ADVERB = /^(?:never|always|also|still|just|then|even|often|sometimes|later|almost|once|soon|ever|not|\w{2,}ly)$/i;
const IRREGULAR: Readonly<Record<string, string>> = {
  is: "am",
  has: "have",
  does: "do",
  goes: "go",
  was: "was",
  "isn't": "am not",
  "doesn't": "don't",
  "hasn't": "haven't",
  dies: "die",
  lies: "lie",
  ties: "tie",
  vies: "vie",
  focuses: "focus",
};
const CONJUNCTION = /^(?:that|if|when|while|because|what|where|how|before|after|until|whatever|since|why)$/i;
const DETERMINER =
  /^(?:a|an|the|my|another|some|any|every|each|this|that|these|those|no|many|several|own|new|first|last|\S+'s)$/i;
const SELF = /^(?:himself|herself|themselves|themself|oneself)$/i;
const MODAL = /^(?:can|could|will|would|should|must|might|may|did|had)$/i;

/**
 * Rewrites events such as "PersonX goes to PersonX's house with PersonY" from the view of PersonX:
 * "I go to my house with someone."
 */
export class FirstPerson {
  readonly #verbs: ReadonlySet<string>;

  /** @param events all events of a corpus: what follows PersonX in one is known for a verb in the others */
  constructor(events: Iterable<string>) {
    this.#verbs = new Set([...events].map(verbOf).filter((verb) => verb !== ""));
  }

  /** The event as the person tells it, as a sentence. */
  tell(event: string): string {
    const words = separated(event);
    const told: string[] = [];
    let subject = false;
    for (const [index, word] of words.entries()) {
      if (/^personx$/i.test(word)) {
        const again = told.at(-2) === "I" && subject;
        subject = index === 0 || this.#isSubject(words, index);
        told.push(subject ? "I" : again ? "myself" : "me");
      } else {
        told.push(this.#isVerbOfI(words, index) ? firstPersonVerb(word) : renamed(word, words, told.at(-1)));
      }
    }
    return sentence(told);
  }

  #isSubject(words: readonly string[], index: number): boolean {
    const next = words[afterAdverbs(words, index + 1)] ?? "";
    return (
      CONJUNCTION.test(words[index - 1] ?? "") || MODAL.test(next) || (next.endsWith("s") && this.#verbs.has(next))
    );
  }

  /** Whether a word is what PersonX does: right after PersonX, or joined to that by "and". */
  #isVerbOfI(words: readonly string[], index: number): boolean {
    if (ADVERB.test(words[index] ?? "")) return false;
    let before = index - 1;
    while (before > 0 && ADVERB.test(words[before] ?? "")) before -= 1;
    if (before < 0) return false;
    if (/^personx$/i.test(words[before] ?? "")) return before === 0 || this.#isSubject(words, before);
    const joined = /^(?:and|then|but|or)$/i.test(words[before] ?? "");
    return joined && /^personx$/i.test(words[0] ?? "") && this.#verbs.has(words[index] ?? "");
  }
}

function separated(event: string): string[] {
  return event
    .replace(/\s+('s|n't)\b/g, "$1")
    .replace(/\bcann't\b/g, "can't")
    .trim()
    .split(/\s+/);
}

function verbOf(event: string): string {
  const words = separated(event);
  return /^personx$/i.test(words[0] ?? "") ? (words[afterAdverbs(words, 1)] ?? "") : "";
}

function afterAdverbs(words: readonly string[], start: number): number {
  let index = start;
  while (ADVERB.test(words[index] ?? "")) index += 1;
  return index;
}

/** "goes" → "go", "cries" → "cry", "is" → "am"; what is not in the third person stays. */
function firstPersonVerb(verb: string): string {
  const irregular = IRREGULAR[verb.toLowerCase()];
  if (irregular !== undefined) return irregular;
  if (/[^aeiou]ies$/i.test(verb)) return `${verb.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x|zz|o)es$/i.test(verb)) return verb.slice(0, -2);
  return /[^su]s$/i.test(verb) ? verb.slice(0, -1) : verb;
}

function renamed(word: string, words: readonly string[], before = ""): string {
  if (/^_+$/.test(word)) return DETERMINER.test(before) ? "thing" : "it";
  if (SELF.test(word) && !words.some((other) => /^person[yz]/i.test(other))) return "myself";
  return word
    .replace(/^_+/, "it")
    .replace(/personx's/i, "my")
    .replace(/personx/i, "me")
    .replace(/persony/i, "someone")
    .replace(/personz/i, "someone else");
}

function sentence(words: readonly string[]): string {
  const text = words
    .join(" ")
    .replace(/\bmy self\b/g, "myself")
    .replace(/\ban thing\b/g, "a thing");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
