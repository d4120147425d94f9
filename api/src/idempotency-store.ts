/** What an idempotency key stands for. */
export interface IdempotencyClaim {
  /** The text, or the list of texts, that it was sent with, as a hash. */
  textSha256: string;
  /** The id of the prediction made of the text; those of several are derived from it. */
  predictionId: string;
}

/** Remembers what idempotency keys stand for, for at least a day. */
export interface IdempotencyStore {
  /**
   * Registers what a key stands for, unless it stands for something already.
   * @returns what it stands for now; the same for all who ask, also at the same time
   */
  claim(key: string, claim: IdempotencyClaim): Promise<IdempotencyClaim>;
}
