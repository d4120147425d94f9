import { EMOTIONS } from "../contract/index.js";
import type { Random } from "./random.js";

/** The sizes of a network that differ from version to version. */
export interface NetworkSize {
  /** Words in the vocabulary. */
  words: number;
  /** Rows of the table of hashed n-grams, padding included. */
  ngramBuckets: number;
  /** Numbers a word. */
  embedding: number;
  /** Units of the GRU in each direction. */
  hidden: number;
}

const DIRECTIONS = ["forward", "backward"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** What is learned. A GRU's gates stand side by side in the order update, reset, candidate. */
export type WeightName =
  | "embedding"
  | `${Direction}.${"input" | "inputBias" | "recurrent" | "recurrentBias"}`
  | "attention"
  | "dense"
  | "denseBias"
  | "wide";

/** One value for each weight of a network. */
export type PerWeight<T> = Record<WeightName, T>;

/** Rows of the word table before the first word: padding and the unknown word. */
const SPECIAL_WORDS = 2;

/** The shape of every weight. */
export function weightShapes({ words, ngramBuckets, embedding, hidden }: NetworkSize): PerWeight<number[]> {
  const classes = EMOTIONS.length;
  return {
    embedding: [words + SPECIAL_WORDS, embedding],
    ...directionShapes("forward", embedding, hidden),
    ...directionShapes("backward", embedding, hidden),
    attention: [2 * hidden, 1],
    dense: [4 * hidden, classes],
    denseBias: [classes],
    wide: [ngramBuckets, classes],
  };
}

function directionShapes<D extends Direction>(direction: D, embedding: number, hidden: number) {
  return {
    [`${direction}.input`]: [embedding, 3 * hidden],
    [`${direction}.inputBias`]: [3 * hidden],
    [`${direction}.recurrent`]: [hidden, 3 * hidden],
    [`${direction}.recurrentBias`]: [3 * hidden],
  } as Record<`${D}.${"input" | "inputBias" | "recurrent" | "recurrentBias"}`, number[]>;
}

/** How many numbers a network learns. */
export function parameterCount(size: NetworkSize): number {
  return Object.values(weightShapes(size)).reduce((sum, shape) => sum + volume(shape), 0);
}

/** How many numbers a tensor of a shape has. */
export function volume(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Weights to start training from: the n-grams say nothing yet, everything else a little at random. */
export function initialWeights(size: NetworkSize, random: Random): PerWeight<Float32Array> {
  const entries = Object.entries(weightShapes(size)).map(([name, shape]) => {
    return [name, random.uniform(volume(shape), initialLimit(name as WeightName, shape, size))];
  });
  const weights: PerWeight<Float32Array> = Object.fromEntries(entries);
  weights.embedding.fill(0, 0, size.embedding);
  return weights;
}

function initialLimit(name: WeightName, shape: readonly number[], { hidden }: NetworkSize): number {
  if (name === "wide") return 0;
  if (name === "embedding") return 0.5;
  return 1 / Math.sqrt(name.includes(".") ? hidden : (shape[0] ?? 1));
}
