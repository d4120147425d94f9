import type { IncomingMessage, ServerResponse } from "node:http";

/** For how long a browser remembers that it may send something, in seconds. */
const MAX_AGE = "600";

/** What programs in a browser may read of an answer besides its body. */
const READABLE_HEADERS = "retry-after, x-request-id, content-disposition";

/** Lets pages of other origins call this server: exactly those that were configured, and none by default. */
export class Cors {
  private readonly origins: ReadonlySet<string>;

  /** @param origins like https://app.example.com */
  constructor(origins: readonly string[]) {
    this.origins = new Set(origins);
  }

  /**
   * Sets what a browser must know of an answer to another origin. Nothing about credentials: those here are in a
   * header that the page sets itself, never in a cookie.
   * @param method the one that the address is for
   * @returns whether the request was only the browser's question before one, and is answered
   */
  handle(request: IncomingMessage, response: ServerResponse, method: string): boolean {
    if (this.origins.size === 0) return false;
    // Also for origins that are refused: a cache must not give their answer to others.
    response.setHeader("vary", "origin");
    const { origin } = request.headers;
    if (origin === undefined || !this.origins.has(origin)) return false;
    response.setHeader("access-control-allow-origin", origin);
    response.setHeader("access-control-expose-headers", READABLE_HEADERS);
    if (request.method !== "OPTIONS" || request.headers["access-control-request-method"] === undefined) return false;
    response.writeHead(204, {
      "access-control-allow-methods": method,
      "access-control-allow-headers": "authorization, content-type",
      "access-control-max-age": MAX_AGE,
    });
    response.end();
    return true;
  }
}
