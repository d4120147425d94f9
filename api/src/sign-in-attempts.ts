import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Caller } from "./caller.js";
import { rateLimited } from "./errors.js";
import type { ReturnableRateLimiter } from "./rate-limiter.js";

/** Credentials that were good are remembered for so long, and so many of them at most. Time in milliseconds. */
const REMEMBERED = 10 * 60 * 1000;
const MAX_REMEMBERED = 10_000;

/**
 * Bounds what wrong credentials cost: each takes a look at the database or the check of a signature. Failures are counted
 * by the network that they come from; credentials that were good lately pass whatever their neighbours do.
 */
export class SignInAttempts {
  /** By their digests: nobody who reads this memory shall find a key in it. */
  private readonly good = new LRUCache<string, true>({ max: MAX_REMEMBERED, ttl: REMEMBERED });

  /** @param failures counts one point an attempt that failed */
  constructor(private readonly failures: ReturnableRateLimiter) {}

  /**
   * Finds out whose a token is, unless too many attempts from there have failed.
   * @param address where it comes from
   * @param verify undefined for a token that is not good
   * @throws ClientError RATE_LIMITED, before anything is looked up
   */
  async verified(
    token: string,
    address: string | undefined,
    verify: () => Promise<Caller | undefined>,
  ): Promise<Caller | undefined> {
    const digest = hash("sha256", token);
    if (this.good.has(digest)) return this.remembered(digest, await verify());
    const network = networkOf(address ?? "");
    // Before it is known to fail: else any number at the same time would pass.
    const verdict = await this.failures.consume(network, 1);
    if (!verdict.allowed) throw tooManyFailures(verdict.retryAfterSeconds);
    let failed = false;
    try {
      const caller = await verify();
      failed = caller === undefined;
      return this.remembered(digest, caller);
    } finally {
      if (!failed) await this.failures.giveBack(network, 1);
    }
  }

  private remembered(digest: string, caller: Caller | undefined): Caller | undefined {
    if (caller === undefined) this.good.delete(digest);
    else this.good.set(digest, true);
    return caller;
  }
}

/** Whoever has an IPv6 address has a whole network of 2^64 of them. */
export function networkOf(address: string): string {
  const [, mapped] = /^::ffff:([\d.]+)$/i.exec(address) ?? [];
  if (mapped !== undefined || !address.includes(":")) return mapped ?? address;
  const [before = "", behind] = address.split("::");
  const groups = before === "" ? [] : before.split(":");
  const missing = behind === undefined ? 0 : 8 - groups.length - behind.split(":").length;
  return [...groups, ...Array<string>(Math.max(0, missing)).fill("0"), ...(behind ?? "").split(":")]
    .slice(0, 4)
    .join(":");
}

function tooManyFailures(seconds: number) {
  return rateLimited(
    `Too many sign-ins from your network have failed. Check the key or token, and try again in ${seconds} s.`,
    seconds,
  );
}
