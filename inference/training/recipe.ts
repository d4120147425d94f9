/** How a network is built and trained. */
export interface Recipe {
  /** Words the vocabulary may have, and how often a word must occur to be in it. */
  maxWords: number;
  minWordCount: number;
  maxTokens: number;
  ngramBuckets: number;
  embedding: number;
  hidden: number;
  epochs: number;
  batchSize: number;
  /** The highest rate, reached when the share `warmUp` of all steps is done; from there it falls to 0. */
  learningRate: number;
  warmUp: number;
  clipNorm: number;
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
  /** Of the moving average of the weights, which is what is kept. */
  averageDecay: number;
}

/** The recipe of the starter version. */
export const RECIPE: Readonly<Recipe> = Object.freeze({
  maxWords: 8000,
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
});
