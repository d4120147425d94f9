/** Whether a client may go on. */
export type Verdict = { allowed: true } | { allowed: false; retryAfterSeconds: number };

/** Counts what each client asks for. */
export interface RateLimiter {
  /**
   * Counts points for a client, unless that is more than it may have now: then nothing is counted.
   * @param client any text
   * @returns when refused, after how many whole seconds as much may be asked for again
   */
  consume(client: string, points: number): Promise<Verdict>;
}

/** One that forgets what turned out not to count. */
export interface ReturnableRateLimiter extends RateLimiter {
  /** @param points that were consumed before */
  giveBack(client: string, points: number): Promise<void>;
}
