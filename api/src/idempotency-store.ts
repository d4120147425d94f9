/** What an idempotency key stands for: the text (as a hash) and the id of the prediction made of it. */
export interface IdempotencyClaim {
  textSha256: string;
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
