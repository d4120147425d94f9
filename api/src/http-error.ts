import type { ErrorCode } from "./errors.js";

/** The statuses of requests that the server refuses before GraphQL sees them. */
export type RefusalStatus = 400 | 403 | 404 | 405 | 408 | 413 | 415 | 429 | 431 | 503;

/** A request that the server refuses before GraphQL sees it, with the HTTP status that says so. */
export class HttpError extends Error {
  override name = "HttpError";

  /**
   * @param part which part of the request is wrong; the client sees it as `extensions.argument`
   * @param message what was wrong, which limit that broke, and what to do
   */
  constructor(
    readonly status: RefusalStatus,
    readonly part: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  /** As a client sees it in `errors[0].extensions`. */
  get extensions(): { code: ErrorCode } & Record<string, unknown> {
    return { code: "BAD_USER_INPUT", argument: this.part };
  }
}

/** A request that comes when the server has too much to do. It was not begun, so sending it again is harmless. */
export class OverloadError extends HttpError {
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super(503, "request", message, { "retry-after": String(retryAfterSeconds) });
  }

  override get extensions() {
    return { code: "RATE_LIMITED" as const, retryAfterSeconds: this.retryAfterSeconds };
  }
}
