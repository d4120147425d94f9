import type { ClientError } from "./errors.js";

/** How HTTP says an error because of which a whole request is refused, before GraphQL or instead of its answer. */
export function httpFormOf({ extensions }: ClientError): { status: number; headers: Record<string, string> } {
  switch (extensions.code) {
    case "UNAUTHENTICATED":
      return { status: 401, headers: { "www-authenticate": "Bearer" } };
    case "FORBIDDEN":
      return { status: 403, headers: {} };
    case "RATE_LIMITED":
      return { status: 429, headers: { "retry-after": String(extensions.retryAfterSeconds) } };
    default:
      return { status: 400, headers: {} };
  }
}
