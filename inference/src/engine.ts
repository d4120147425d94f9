import type { EncodedText } from "./tokenizer.js";

/** What a network gives for a batch, row by row in the order of the batch. */
export interface EngineOutput {
  /** One number an emotion: `batch.length` rows of seven. */
  logits: Float32Array;
  /** One logit a row, positive when the text carries no emotion; null when the network does not tell. */
  neutral: Float32Array | null;
}

/** Runs a network: the port that each way of computing it implements. */
export interface Engine {
  /** What computes, as logs and `/readyz` call it. */
  readonly name: string;

  /**
   * The network's outputs for a batch of at least one text.
   * @param signal when it is aborted, the rest of the batch is not computed and its reason is thrown
   */
  run(batch: readonly EncodedText[], signal?: AbortSignal): Promise<EngineOutput>;

  /** Frees what the network occupies; no run may be under way or follow. */
  close(): Promise<void>;
}
