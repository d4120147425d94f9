/** A text as the network reads it. Neither list is ever empty. */
export interface EncodedText {
  /** A vocabulary id a token, at most `maxTokens`: 2 and above, or 1 for a word out of the vocabulary. 0 is padding. */
  ids: Int32Array;
  /** The buckets of the text's single tokens and pairs of neighbours, each bucket once: 1 and above. 0 is padding. */
  ngrams: Int32Array;
  /** How many words of the text are in the vocabulary; punctuation and numbers do not count. */
  knownWords: number;
}

/** What a tokenizer is made of; a model version carries all three. */
export interface TokenizerOptions {
  /** The words that the network knows; a word's id is its index + 2. */
  vocabulary: readonly string[];
  /** The most tokens of a text that are read; what follows them is ignored. */
  maxTokens: number;
  /** Rows of the table of hashed n-grams, padding included. */
  ngramBuckets: number;
}

const UNKNOWN_ID = 1;
const FIRST_WORD_ID = 2;

// A contraction is two tokens ("do" "n't", "I" "'m"), so that a negation looks the same after every verb.
const TOKEN = /[a-z]+(?=n't)|n't|'(?:s|m|re|ve|ll|d)\b|[a-z]+|[0-9]+|[!?.,;]/g;
const APOSTROPHES = /[\u2018\u2019\u02BC\u00B4`\uFF07]/g;
const NUMBER = "#";

/**
 * Splits a text into tokens, in lower case: words, the endings of contractions, the marks `! ? . , ;`,
 * and `#` for a number. Everything else only separates.
 * @param maxTokens where to stop, so that a long text costs no more than a short one
 */
export function tokenize(text: string, maxTokens = Number.POSITIVE_INFINITY): string[] {
  const lowerCase = text.toLowerCase().replace(APOSTROPHES, "'");
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (tokens.length < maxTokens) {
    const match = TOKEN.exec(lowerCase);
    if (match === null) break;
    tokens.push(isDigit(match[0].charCodeAt(0)) ? NUMBER : match[0]);
  }
  return tokens;
}

/** Turns texts into numbers, alike for training and for serving. */
export class Tokenizer {
  readonly #ids: ReadonlyMap<string, number>;
  readonly #maxTokens: number;
  readonly #ngramBuckets: number;

  constructor({ vocabulary, maxTokens, ngramBuckets }: TokenizerOptions) {
    this.#ids = new Map(vocabulary.map((word, index) => [word, index + FIRST_WORD_ID]));
    this.#maxTokens = maxTokens;
    this.#ngramBuckets = ngramBuckets;
  }

  /** Encodes a text. One without any token (an emoji, say) is read as a single unknown word. */
  encode(text: string): EncodedText {
    const tokens = tokenize(text, this.#maxTokens);
    const ids = new Int32Array(Math.max(1, tokens.length)).fill(UNKNOWN_ID);
    let knownWords = 0;
    tokens.forEach((token, index) => {
      const id = this.#ids.get(token);
      if (id === undefined) return;
      ids[index] = id;
      if (isLetter(token.charCodeAt(0))) knownWords += 1;
    });
    return { ids, ngrams: ngramsOf(tokens, this.#ngramBuckets), knownWords };
  }
}

// FNV-1a, 32 bits (Fowler, Noll, Vo; RFC 9923). Tokens are ASCII: a character is a byte.
const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const START = continueHash(FNV_OFFSET_BASIS, "<s> ");
const END = "</s>";

/** The distinct buckets of all tokens and of all pairs of neighbours, the text's two ends being neighbours too. */
function ngramsOf(tokens: readonly string[], buckets: number): Int32Array {
  const found = new Set<number>();
  let previous = START;
  for (const token of tokens) {
    const single = continueHash(FNV_OFFSET_BASIS, token);
    found.add(bucketOf(single, buckets));
    found.add(bucketOf(continueHash(previous, token), buckets));
    previous = continueHash(single, " ");
  }
  found.add(bucketOf(continueHash(previous, END), buckets));
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
