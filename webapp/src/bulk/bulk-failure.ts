import type { ApiError } from "../api-error.js";

/** Codes of refusals after which nothing of the texts is stored. */
const PASSING = new Set(["RATE_LIMITED", "INFERENCE_UNAVAILABLE"]);
/** Those that need the person. */
const REFUSED = new Set([
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "BAD_USER_INPUT",
  "CONFLICT",
  "GRAPHQL_VALIDATION_FAILED",
  "PAGE",
]);

/** The longest wait in seconds where the server does not say how long. */
const LONGEST_WAIT = 30;

/** Whether the same texts can be sent again by themselves after a while; their key makes that harmless. */
export function passes({ code }: ApiError): boolean {
  return !REFUSED.has(code);
}

/** Whether some of the texts may be stored although the request failed. */
export function mayHaveRun({ code }: ApiError): boolean {
  return !PASSING.has(code) && !REFUSED.has(code);
}

/** @param attempts how often it was refused before. @returns seconds */
export function waitAfter({ retryAfterSeconds }: ApiError, attempts: number): number {
  return Math.ceil(retryAfterSeconds ?? Math.min(2 ** attempts, LONGEST_WAIT));
}
