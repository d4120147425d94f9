import { t } from "./i18n.js";

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
  return networkError ? unheard(networkError) : new ApiError("PAGE", t("errors.page", { cause: String(cause) }));
}

function unheard({ name, statusCode }: NonNullable<FailedRequest["networkError"]>): ApiError {
  if (statusCode === 401) return new ApiError("UNAUTHENTICATED", t("errors.unknownSender"));
  if (statusCode !== undefined) return new ApiError("HTTP", t("errors.status", { status: String(statusCode) }));
  if (globalThis.navigator?.onLine === false) return new ApiError("OFFLINE", t("errors.offline"));
  if (name === "TimeoutError") return new ApiError("TIMEOUT", t("errors.timeout"));
  return new ApiError("NETWORK", t("errors.unreachable"));
}

/** Codes of errors about which a person can do something that the error itself does not say. */
const ADVISED = [
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "INTERNAL_SERVER_ERROR",
  "HTTP",
  "OFFLINE",
  "NETWORK",
  "TIMEOUT",
  "PAGE",
] as const;

/** What the person can do about an error, in one or two sentences; empty where the message says it already. */
export function adviceFor({ code, retryAfterSeconds }: ApiError): string {
  if (code === "RATE_LIMITED" && retryAfterSeconds !== undefined) {
    return t("errors.adviceWait", { seconds: Math.ceil(retryAfterSeconds) });
  }
  const advised = ADVISED.find((each) => each === code);
  return advised ? t(`errors.advice${advised}`) : "";
}

/** Codes of errors that stay, however often the same thing is sent. */
const LASTING = new Set([
  "EMPTY",
  "TOO_LONG",
  "BAD_USER_INPUT",
  "NOT_FOUND",
  "CONFLICT",
  "FORBIDDEN",
  "GRAPHQL_VALIDATION_FAILED",
  "PAGE",
]);

/** Whether the same request may succeed when it is sent again. */
export function worthRetrying({ code }: ApiError): boolean {
  return !LASTING.has(code);
}
