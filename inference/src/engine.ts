import type { EncodedText } from "./tokenizer.js";

/** Runs a network: the port that each way of computing it implements. */
export interface Engine {
  /** What computes, as logs and `/readyz` call it. */
  readonly name: string;

  /**
   * The network's outputs for a batch of at least one text.
   * @returns logits, row by row in the order of the batch: `batch.length` rows of one number an emotion
   */
  run(batch: readonly EncodedText[]): Promise<Float32Array>;

  /** Frees what the network occupies; no run may be under way or follow. */
  close(): Promise<void>;
}
