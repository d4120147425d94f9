import { type EmotionLexicon, NegationRule } from "./negation.js";
import { SpellingRepair } from "./spelling.js";

/** A text as the network reads it. Neither list is ever empty. */
export interface EncodedText {
  /** A vocabulary id a token, at most `maxTokens`: 2 and above, or 1 for a word out of the vocabulary. 0 is padding. */
  ids: Int32Array;
  /** The buckets of the text's single tokens and pairs of neighbours, each bucket once: 1 and above. 0 is padding. */
  ngrams: Int32Array;
  /** How many words of the text are in the vocabulary, as they are or repaired; punctuation and numbers do not count. */
  knownWords: number;
  /** How many words are not. */
  unknownWords: number;
  /** Whether the text has more tokens than are read. */
  cut: boolean;
}

/** A piece of a text. */
export interface Token {
  /** What is read: in lower case, without accents, `#` for a number. */
  term: string;
  /** Where it begins in the text as typed, in UTF-16 code units. */
  start: number;
  /** Where it ends, exclusive. */
  end: number;
}

/** The pieces of a text, and whether it has more of them than were asked for. */
export interface Tokens {
  tokens: Token[];
  cut: boolean;
}

/** What a tokenizer is made of; a model version carries all of it. */
export interface TokenizerOptions {
  /** The words that the network knows, the most frequent first; a word's id is its index + 2. */
  words: readonly string[];
  /** The most tokens of a text that are read; what follows them is ignored. */
  maxTokens: number;
  /** Rows of the table of hashed n-grams, padding included. */
  ngramBuckets: number;
  /** Emotion words that a negation marks; null when it marks none. */
  lexicon: EmotionLexicon | null;
  /** Whether a word out of the vocabulary is read as the one that it is a typing error of. */
  repairTypos: boolean;
}

const UNKNOWN_ID = 1;
const FIRST_WORD_ID = 2;
const NUMBER = "#";

/** The term of a token that is hidden: in no vocabulary, and no n-gram has it. */
const HIDDEN = "";

// Of the private use area: stands for any accent that follows its letter, so that offsets stay those of the text as typed.
const ACCENT = "\uE000";

// A contraction is two tokens ("do" "n't", "I" "'m"), so that a negation looks the same after every verb.
const TOKEN = /[a-z\uE000]+(?=n't)|n't|'(?:s|m|re|ve|ll|d)\b|[a-z\uE000]+|[0-9]+|[!?.,;]/g;
const BEYOND_ASCII = /[^\0-\x7f]/g;
const APOSTROPHE = /[\u2018\u2019\u02BC\u00B4\uFF07]/;
const COMBINING = /[\u0300-\u036F]/;
const PLAIN = /^[A-Za-z0-9!?.,;]/;

/**
 * Splits a text into tokens, in lower case: words, the endings of contractions, the marks `! ? . , ;`,
 * and `#` for a number. Accents are left away. Everything else only separates.
 * @param maxTokens where to stop, so that a long text costs no more than a short one
 */
export function tokenize(text: string, maxTokens = Number.POSITIVE_INFINITY): Tokens {
  const folded = text.replace(BEYOND_ASCII, plainUnit).replaceAll("`", "'").toLowerCase();
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(folded); match !== null; match = TOKEN.exec(folded)) {
    const term = isDigit(match[0].charCodeAt(0)) ? NUMBER : match[0].replaceAll(ACCENT, "");
    if (term === "") continue;
    if (tokens.length >= maxTokens) return { tokens, cut: true };
    tokens.push({ term, start: match.index, end: TOKEN.lastIndex });
  }
  return { tokens, cut: false };
}

/** One code unit for one, so that offsets stay; what no letter, digit or mark stands for comes back as it is. */
function plainUnit(unit: string): string {
  if (APOSTROPHE.test(unit)) return "'";
  if (COMBINING.test(unit)) return ACCENT;
  const plain = PLAIN.exec(unit.normalize("NFKD"));
  return plain === null ? unit : plain[0];
}

/** The terms of a text as vocabularies are made from them: what a negation denies is marked. */
export function termsOf(text: string, lexicon: EmotionLexicon | null, maxTokens?: number): string[] {
  const terms = tokenize(text, maxTokens).tokens.map(({ term }) => term);
  return lexicon ? new NegationRule(lexicon).apply(terms) : terms;
}

/** Turns texts into numbers, alike for training and for serving. */
export class Tokenizer {
  readonly options: TokenizerOptions;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #negation: NegationRule | undefined;
  readonly #spelling: SpellingRepair | undefined;

  constructor(options: TokenizerOptions) {
    this.options = options;
    this.#ids = new Map(options.words.map((word, index) => [word, index + FIRST_WORD_ID]));
    this.#spelling = options.repairTypos ? new SpellingRepair(this.#ids) : undefined;
    this.#negation = options.lexicon ? new NegationRule(options.lexicon) : undefined;
  }

  /** The pieces of a text that the network reads. */
  read(text: string): Tokens {
    return tokenize(text, this.options.maxTokens);
  }

  /** Encodes a text. One without any token (an emoji, say) is read as a single unknown word. */
  encode(text: string): EncodedText {
    return this.#encode(this.read(text));
  }

  /**
   * Encodes a text without some of its tokens: they are read as unknown words and are in no n-gram.
   * @param from index in `read(text)` of the first token to hide
   * @param to index of the first token after them that shows
   */
  encodeWithout(text: string, from: number, to: number): EncodedText {
    const { tokens, cut } = this.read(text);
    const shown = tokens.map((token, index) => (index >= from && index < to ? { ...token, term: HIDDEN } : token));
    return this.#encode({ tokens: shown, cut });
  }

  #encode({ tokens, cut }: Tokens): EncodedText {
    const terms = this.#terms(tokens);
    const ids = new Int32Array(Math.max(1, terms.length)).fill(UNKNOWN_ID);
    let knownWords = 0;
    let unknownWords = 0;
    terms.forEach((term, index) => {
      const id = this.#ids.get(term);
      if (id !== undefined) ids[index] = id;
      if (!isLetter((tokens[index]?.term ?? "").charCodeAt(0))) return;
      if (id === undefined) unknownWords += 1;
      else knownWords += 1;
    });
    return { ids, ngrams: ngramsOf(terms, this.options.ngramBuckets), knownWords, unknownWords, cut };
  }

  #terms(tokens: readonly Token[]): string[] {
    const terms = tokens.map(({ term }) => this.#spelt(term));
    return this.#negation?.apply(terms) ?? terms;
  }

  #spelt(term: string): string {
    if (this.#ids.has(term) || !isLetter(term.charCodeAt(0))) return term;
    return this.#spelling?.repaired(term) ?? term;
  }
}

// FNV-1a, 32 bits (Fowler, Noll, Vo; RFC 9923). Tokens are ASCII: a character is a byte.
const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const START = continueHash(FNV_OFFSET_BASIS, "<s> ");
const END = "</s>";

/** The distinct buckets of all terms and of all pairs of neighbours, the text's two ends being neighbours too. */
function ngramsOf(terms: readonly string[], buckets: number): Int32Array {
  const found = new Set<number>();
  let previous: number | undefined = START;
  for (const term of terms) {
    if (term === HIDDEN) {
      previous = undefined;
      continue;
    }
    const single = continueHash(FNV_OFFSET_BASIS, term);
    found.add(bucketOf(single, buckets));
    if (previous !== undefined) found.add(bucketOf(continueHash(previous, term), buckets));
    previous = continueHash(single, " ");
  }
  if (previous !== undefined || found.size === 0) found.add(bucketOf(continueHash(previous ?? START, END), buckets));
  return Int32Array.from(found);
}

function bucketOf(hash: number, buckets: number): number {
  return ((hash >>> 0) % (buckets - 1)) + 1;
}

function continueHash(hash: number, text: string): number {
  let result = hash;
  for (let i = 0; i < text.length; i += 1) result = Math.imul(result ^ text.charCodeAt(i), FNV_PRIME);
  return result;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLetter(code: number): boolean {
  return code >= 97 && code <= 122;
}
