import type { Schedule } from "./optimisation.js";

/** How a network is built and trained on labelled texts. */
export interface Recipe extends Schedule {
  /** Words the vocabulary may have, and how often a word must occur in the labelled texts to be in it. */
  maxWords: number;
  minWordCount: number;
  maxTokens: number;
  ngramBuckets: number;
  embedding: number;
  hidden: number;
  batchSize: number;
  /** AdamW's weight decay, on the GRU and the dense layer only. */
  weightDecay: number;
  /** How much of the certainty of a label is spread over all seven emotions. */
  labelSmoothing: number;
  /** How much each half of the network (recurrent, n-grams) is also trained to be right by itself. */
  halfWeight: number;
  /** How much two passes over a text, with other things dropped out, are trained to agree (R-Drop's α). */
  agreementWeight: number;
  wordDropout: number;
  ngramDropout: number;
  embeddingDropout: number;
  pooledDropout: number;
  /** Made-up texts that show what a negation does, for each labelled text. */
  negations: number;
  /** With so few rows that `epochs` makes fewer steps than this, there are more epochs. */
  minSteps: number;
}

/** How the recurrent half learns from other corpora first. */
export interface PretrainingRecipe extends Schedule {
  batchSize: number;
  weightDecay: number;
  wordDropout: number;
  dropout: number;
  /** How often a word must occur in all corpora together to be in the vocabulary. */
  minWordCount: number;
}

/** How the gate learns that tells texts without an emotion. */
export interface GateRecipe extends Schedule {
  batchSize: number;
  weightDecay: number;
  dropout: number;
  /** At most so many texts of each source. */
  textsPerSource: number;
}

/** Training on labelled texts alone. */
export const RECIPE: Readonly<Recipe> = Object.freeze({
  maxWords: 12000,
  minWordCount: 2,
  maxTokens: 80,
  ngramBuckets: 32768,
  embedding: 100,
  hidden: 96,
  epochs: 7,
  batchSize: 48,
  learningRate: 2e-3,
  warmUp: 0.1,
  clipNorm: 1,
  weightDecay: 0.01,
  labelSmoothing: 0.1,
  halfWeight: 0.5,
  agreementWeight: 2,
  wordDropout: 0.15,
  ngramDropout: 0.3,
  embeddingDropout: 0.3,
  pooledDropout: 0.4,
  averageDecay: 0.99,
  negations: 0.35,
  minSteps: 0,
});

/** Going on from a version: gently, so that it keeps what it knows; its opinion of each text stands in for agreement. */
export const FINE_TUNING: Readonly<Recipe> = Object.freeze({
  ...RECIPE,
  epochs: 4,
  learningRate: 7e-4,
  agreementWeight: 0,
  minSteps: 60,
});

/** Learning from other corpora, before anything else. */
export const PRETRAINING: Readonly<PretrainingRecipe> = Object.freeze({
  epochs: 5,
  batchSize: 96,
  learningRate: 2.5e-3,
  warmUp: 0.06,
  clipNorm: 1,
  weightDecay: 0.01,
  averageDecay: 0.99,
  wordDropout: 0.05,
  dropout: 0.2,
  minWordCount: 4,
});

/** Learning to tell texts without an emotion. */
export const GATE: Readonly<GateRecipe> = Object.freeze({
  epochs: 4,
  batchSize: 64,
  learningRate: 3e-3,
  warmUp: 0.05,
  clipNorm: 1,
  weightDecay: 0.01,
  averageDecay: 0.99,
  dropout: 0.3,
  textsPerSource: 10000,
});
