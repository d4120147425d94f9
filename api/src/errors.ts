import { GraphQLError } from "graphql";

/** The codes that a client may meet in `extensions.code`, besides GraphQL's own for parsing and validation. */
export type ErrorCode =
  | "BAD_USER_INPUT"
  | "NOT_FOUND"
  | "CONFLICT"
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "RATE_LIMITED"
  | "INFERENCE_UNAVAILABLE"
  | "INTERNAL_SERVER_ERROR";

/** An error meant for the client: its message and extensions are sent as they are. All others are masked. */
export class ClientError extends GraphQLError {
  constructor(code: ErrorCode, message: string, extensions: Record<string, unknown> = {}) {
    super(message, { extensions: { code, ...extensions } });
  }
}

/** An argument is not what it must be. The message says what was wrong, with which value, and what to do. */
export function badUserInput(argument: string, message: string): ClientError {
  return new ClientError("BAD_USER_INPUT", message, { argument });
}

export function notFound(what: string, id: string): ClientError {
  return new ClientError("NOT_FOUND", `There is no ${what} with the id ${JSON.stringify(id.slice(0, 64))}.`);
}

/** What the client knew is no longer so. `currentVersion` is the one to decide on now, where there is one. */
export function conflict(message: string, currentVersion?: number): ClientError {
  return new ClientError("CONFLICT", message, currentVersion === undefined ? {} : { currentVersion });
}

/** No credentials, or bad ones. It is the same error for all of them: nobody learns what was wrong with a guess. */
export function unauthenticated(): ClientError {
  return new ClientError(
    "UNAUTHENTICATED",
    "Valid credentials are needed. Send an API key or an access token in the header Authorization: Bearer ….",
  );
}

/** @param requiredScopes any one of these would do */
export function forbidden(what: string, requiredScopes: readonly string[]): ClientError {
  const scopes = requiredScopes.join(" or ");
  return new ClientError(
    "FORBIDDEN",
    `${what} needs the scope ${scopes}, which your credentials do not have. Ask whoever runs this service for it.`,
    { requiredScopes },
  );
}

export function rateLimited(message: string, retryAfterSeconds: number): ClientError {
  return new ClientError("RATE_LIMITED", message, { retryAfterSeconds });
}

/** @param consequence what follows for the client and what to do, as the second half of a sentence */
export function inferenceUnavailable(
  cause: unknown,
  consequence = "so no prediction was made. Try again in a few seconds.",
): ClientError {
  const error = new ClientError("INFERENCE_UNAVAILABLE", `The inference service does not answer, ${consequence}`);
  error.cause = cause;
  return error;
}
