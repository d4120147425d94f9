import type { EncodedText } from "../src/tokenizer.js";
import type { Random } from "./random.js";

/** Texts as the network takes them in training: padded to one length, time first. */
export interface Batch {
  rows: number;
  /** The longest text's number of tokens. */
  steps: number;
  /** [steps, rows]: vocabulary ids, 0 where a text is over. */
  ids: Int32Array;
  /** [rows]: tokens a text. */
  lengths: Int32Array;
  /** [rows, ngrams.length / rows]: buckets, 0 where a text has no more. */
  ngrams: Int32Array;
  /** Like `ngrams`: what each counts, 0 for padding and for what was dropped. */
  ngramWeights: Float32Array;
}

/** How much of the input is hidden from the network, so that it does not lean on single words. */
export interface InputNoise {
  random: Random;
  /** The share of words read as unknown. */
  wordDropout: number;
  /** The share of n-grams left out. */
  ngramDropout: number;
}

const UNKNOWN_ID = 1;

/** How much the hashed n-grams count against the recurrent half: found by trial, and divided by √n. */
export const WIDE_SCALE = 8;

/** Puts at least one text together into a batch. */
export function toBatch(texts: readonly EncodedText[], noise?: InputNoise): Batch {
  const rows = texts.length;
  const steps = Math.max(...texts.map(({ ids }) => ids.length));
  const width = Math.max(...texts.map(({ ngrams }) => ngrams.length));
  const ids = new Int32Array(steps * rows);
  const ngrams = new Int32Array(rows * width);
  const ngramWeights = new Float32Array(rows * width);
  texts.forEach((text, row) => {
    text.ids.forEach((id, step) => {
      ids[step * rows + row] = noise && noise.random.next() < noise.wordDropout ? UNKNOWN_ID : id;
    });
    ngrams.set(text.ngrams, row * width);
    ngramWeights.set(weightsOf(text.ngrams.length, noise), row * width);
  });
  return { rows, steps, ids, lengths: Int32Array.from(texts, (text) => text.ids.length), ngrams, ngramWeights };
}

function weightsOf(count: number, noise: InputNoise | undefined): Float32Array {
  const weight = WIDE_SCALE / Math.sqrt(count);
  if (!noise) return new Float32Array(count).fill(weight);
  return noise.random.dropout(count, noise.ngramDropout).map((factor) => factor * weight);
}
