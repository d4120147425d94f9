/** An operation that failed. `message` says what happened, in the server's words wherever it answered. */
export class ApiError extends Error {
  override name = "ApiError";

  /**
   * @param code the server's `extensions.code`, or one of OFFLINE, NETWORK, TIMEOUT, HTTP when it gave none
   * @param retryAfterSeconds how long the server asks to be left alone
   */
  constructor(
    readonly code: string,
    message: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }
}

/** The parts of a failed GraphQL request that tell why it failed. */
interface FailedRequest {
  graphQLErrors?: readonly Refusal[];
  networkError?: { name: string; statusCode?: number; result?: { errors?: readonly Refusal[] } | string } | null;
}

interface Refusal {
  message: string;
  extensions?: { code?: string; retryAfterSeconds?: number };
}

/** Says in one error why a request failed: the server refused it, answered with a status, or was not heard. */
export function toApiError(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  const { graphQLErrors, networkError } = cause as FailedRequest;
  const answered = typeof networkError?.result === "object" ? networkError.result.errors : undefined;
  const refusal = graphQLErrors?.[0] ?? answered?.[0];
  if (refusal) {
    const { code = "INTERNAL_SERVER_ERROR", retryAfterSeconds } = refusal.extensions ?? {};
    return new ApiError(code, refusal.message, retryAfterSeconds);
  }
  return networkError ? unheard(networkError) : new ApiError("PAGE", `The page failed: ${String(cause)}.`);
}

function unheard({ name, statusCode }: NonNullable<FailedRequest["networkError"]>): ApiError {
  if (statusCode !== undefined) return new ApiError("HTTP", `The server answered with HTTP status ${statusCode}.`);
  if (globalThis.navigator?.onLine === false) return new ApiError("OFFLINE", "You are offline.");
  if (name === "TimeoutError") return new ApiError("TIMEOUT", "The server took too long to answer.");
  return new ApiError("NETWORK", "The server could not be reached.");
}

const ADVICE: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: "Sign in, then try again.",
  FORBIDDEN: "Ask whoever runs this service for access.",
  INTERNAL_SERVER_ERROR: "Try again. If it keeps failing, tell whoever runs this service.",
  HTTP: "Try again in a few seconds. If it keeps failing, tell whoever runs this service.",
  OFFLINE: "Connect to the internet, then try again.",
  NETWORK: "Check your connection, then try again.",
  TIMEOUT: "Try again: nothing is stored twice.",
  PAGE: "Load the page again.",
};

/** What the person can do about an error, in one or two sentences; empty where the message says it already. */
export function adviceFor({ code, retryAfterSeconds }: ApiError): string {
  if (code === "RATE_LIMITED" && retryAfterSeconds !== undefined) {
    return `Wait ${Math.ceil(retryAfterSeconds)} s, then try again.`;
  }
  return ADVICE[code] ?? "";
}

/** Codes of errors that stay, however often the same thing is sent. */
const LASTING = new Set(["EMPTY", "TOO_LONG", "BAD_USER_INPUT", "NOT_FOUND", "CONFLICT", "FORBIDDEN", "PAGE"]);

/** Whether the same request may succeed when it is sent again. */
export function worthRetrying({ code }: ApiError): boolean {
  return !LASTING.has(code);
}
