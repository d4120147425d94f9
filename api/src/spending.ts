import { rateLimited } from "./errors.js";
import type { RateLimiter, Verdict } from "./rate-limiter.js";

/**
 * What one request costs its sender, in points of the rate limit: 1 for itself, which pays for the first point of its
 * root fields too, so that a request with one `predict` costs 1 and a `predictMany` of 100 texts costs 100.
 */
export class Spending {
  private prepaid = 1;
  private somethingRan = false;
  private refusal: Extract<Verdict, { allowed: false }> | undefined;

  private constructor(
    private readonly limiter: RateLimiter,
    private readonly client: string,
  ) {}

  /**
   * Pays for a request, before anything is done for it.
   * @throws ClientError RATE_LIMITED
   */
  static async begin(limiter: RateLimiter, client: string): Promise<Spending> {
    const verdict = await limiter.consume(client, 1);
    if (!verdict.allowed) throw refused(verdict.retryAfterSeconds);
    return new Spending(limiter, client);
  }

  /**
   * Pays for a root field. After a refusal no further field of the request runs.
   * @returns undefined when it is paid already; else a promise that may reject with ClientError RATE_LIMITED
   */
  charge(points: number): Promise<void> | undefined {
    if (this.refusal === undefined && points <= this.prepaid) {
      this.prepaid -= points;
      this.somethingRan = true;
      return undefined;
    }
    return this.pay(points);
  }

  /** After how many seconds to send the whole request again; undefined when a part of it was allowed to run. */
  get retryAfterSeconds(): number | undefined {
    return this.somethingRan ? undefined : this.refusal?.retryAfterSeconds;
  }

  private async pay(points: number): Promise<void> {
    const owed = points - this.prepaid;
    this.prepaid = 0;
    const verdict = this.refusal ?? (await this.limiter.consume(this.client, owed));
    if (!verdict.allowed) {
      this.refusal = verdict;
      throw refused(verdict.retryAfterSeconds);
    }
    this.somethingRan = true;
  }
}

function refused(retryAfterSeconds: number) {
  return rateLimited(`You have sent too much. Try again in ${retryAfterSeconds} s.`, retryAfterSeconds);
}
