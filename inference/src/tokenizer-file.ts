import * as z from "zod";
import { parseJson } from "./bounded-file.js";
import { ModelError } from "./model-error.js";
import { problemsOf } from "./schema-problems.js";

const MAX_WORDS = 500_000;
const MAX_LEXICON_WORDS = 50_000;

const word = z.string().min(1).max(100);
const wordList = z.array(word).max(MAX_LEXICON_WORDS);

/** What tokenizer.json holds: all that it takes to turn a text into the numbers that the network learned with. */
export const tokenizerFileSchema = z.strictObject({
  /** The words that the network knows; a word's id is its index + 2. */
  words: z.array(word).min(1).max(MAX_WORDS),
  /** The most tokens of a text that the network reads. */
  maxTokens: z.number().int().min(1).max(1024),
  /** Rows of the table of hashed n-grams; row 0 is padding. */
  ngramBuckets: z
    .number()
    .int()
    .min(2)
    .max(2 ** 24),
  /** Emotion words that a negation turns into the words "!pos" and "!neg"; null when a negation turns none. */
  lexicon: z.strictObject({ positive: wordList, negative: wordList }).nullable(),
  /** Whether a word out of the vocabulary is read as the word that it is a typing error of. */
  repairTypos: z.boolean(),
});

export type TokenizerFile = z.infer<typeof tokenizerFileSchema>;

/**
 * What the bytes of a tokenizer.json say.
 * @param file what to call the file in an error
 * @throws ModelError when they are not JSON of that shape
 */
export function parseTokenizerFile(bytes: Buffer, file: string): TokenizerFile {
  const parsed = tokenizerFileSchema.safeParse(parseJson(bytes, file));
  if (parsed.success) return parsed.data;
  throw new ModelError(`${file} is not a tokenizer that this service knows. ${problemsOf(parsed.error)}.`);
}
