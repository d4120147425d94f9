/** A request that the server refuses before GraphQL sees it, with the HTTP status that says so. */
export class HttpError extends Error {
  override name = "HttpError";

  /**
   * @param part which part of the request is wrong; the client sees it as `extensions.argument`
   * @param message what was wrong and what to do
   */
  constructor(
    readonly status: 400 | 403 | 405 | 413 | 415,
    readonly part: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}
