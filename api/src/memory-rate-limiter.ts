import RateLimiterMemory from "rate-limiter-flexible/lib/RateLimiterMemory.js";
import type { ReturnableRateLimiter, Verdict } from "./rate-limiter.js";

/** What is allowed in a second may come at any time of so many seconds. */
export const WINDOW_SECONDS = 10;

/** Clients that are counted one by one; further ones of the same window share one allowance. */
const MAX_CLIENTS = 10_000;

const OTHERS = "others";

/** Counts in the memory of this process. */
export class MemoryRateLimiter implements ReturnableRateLimiter {
  private readonly counters: RateLimiterMemory;
  private readonly known = new Set<string>();
  private knownUntil = 0;

  /** @param pointsPerSecond what one client may use on average of a window */
  constructor(
    pointsPerSecond: number,
    private readonly windowSeconds = WINDOW_SECONDS,
    private readonly maxClients = MAX_CLIENTS,
  ) {
    this.counters = new RateLimiterMemory({ points: pointsPerSecond * windowSeconds, duration: windowSeconds });
  }

  async consume(client: string, points: number): Promise<Verdict> {
    const counter = this.counterOf(client);
    try {
      await this.counters.consume(counter, points);
      return { allowed: true };
    } catch (refusal) {
      if (refusal instanceof Error) throw refusal;
      await this.counters.reward(counter, points);
      const { msBeforeNext } = refusal as { msBeforeNext: number };
      return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)) };
    }
  }

  async giveBack(client: string, points: number): Promise<void> {
    await this.counters.reward(this.counterOf(client), points);
  }

  /** Counters go away by themselves after a window, so their number is bounded by the clients of two windows. */
  private counterOf(client: string): string {
    const now = performance.now();
    if (now >= this.knownUntil) {
      this.known.clear();
      this.knownUntil = now + this.windowSeconds * 1000;
    }
    if (this.known.has(client)) return client;
    if (this.known.size >= this.maxClients) return OTHERS;
    this.known.add(client);
    return client;
  }
}
