import type { ApiError } from "../api-error.js";

/** Codes of refusals after which the same texts can be sent again by themselves: nothing of them ran. */
const PASSING = new Set(["RATE_LIMITED", "INFERENCE_UNAVAILABLE"]);
/** Codes of refusals that need the person; nothing of the texts ran. */
const REFUSED = new Set(["UNAUTHENTICATED", "FORBIDDEN", "BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "PAGE"]);

/** The longest wait in seconds where the server does not say how long. */
const LONGEST_WAIT = 30;

/**
 * What a failed request means for its texts: they are sent again after a while, they were not taken, or nobody knows.
 * `predictMany` has no key that would make a second sending harmless.
 */
export function consequenceOf({ code }: ApiError): "wait" | "refused" | "unknown" {
  if (PASSING.has(code)) return "wait";
  return REFUSED.has(code) ? "refused" : "unknown";
}

/** @param attempts how often it was refused before. @returns seconds */
export function waitAfter({ retryAfterSeconds }: ApiError, attempts: number): number {
  return Math.ceil(retryAfterSeconds ?? Math.min(2 ** attempts, LONGEST_WAIT));
}
