import type { ApolloServerPlugin } from "@apollo/server";
import { unwrapResolverError } from "@apollo/server/errors";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import type { Logger } from "pino";
import type { Context } from "./context.js";
import { ClientError } from "./errors.js";

/** Codes of errors that GraphQL and Apollo make about what the client sent. */
const REQUEST_ERRORS = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "BAD_REQUEST",
  "OPERATION_RESOLUTION_FAILURE",
]);

/** How graphql-js begins what it says of values that the client sent, without giving it a code. */
const VALUE_ERROR = /^(?:Argument "\w+" |Too many errors processing variables)/;

/**
 * Lets errors meant for the client pass and masks all others: they are logged with the request's id, and
 * the client sees that id instead of what happened.
 */
export function maskErrors(log: Logger): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response, errors, contextValue: context }) {
          if (errors === undefined || response.body.kind !== "single") return;
          const formatted = response.body.singleResult.errors ?? [];
          response.body.singleResult.errors = formatted.map((error, index) =>
            clientFacing({ error, thrown: errors[index], context, log }),
          );
        },
      };
    },
  };
}

export interface Masking {
  /** As Apollo formats it. */
  error: GraphQLFormattedError;
  /** The error itself. */
  thrown: unknown;
  context: Context;
  log: Logger;
}

/** What the client sees of an error. Whatever it does not see is logged. */
export function clientFacing({ error, thrown, context, log }: Masking): GraphQLFormattedError {
  const original = unwrapResolverError(thrown);
  if (original instanceof ClientError) {
    if (original.cause !== undefined) {
      log.warn({ requestId: context.requestId, err: original.cause, code: original.extensions.code }, original.message);
    }
    return error;
  }
  if (REQUEST_ERRORS.has(String(error.extensions?.code))) return explained(error);
  if (original instanceof GraphQLError && VALUE_ERROR.test(original.message)) {
    return explained({ ...error, extensions: { ...error.extensions, code: "BAD_USER_INPUT" } });
  }
  log.error({ requestId: context.requestId, err: original, path: error.path }, "unexpected error");
  return { ...error, ...masked(context.requestId) };
}

/** What a client sees instead of an unexpected error. */
export function masked(requestId: string): Pick<GraphQLFormattedError, "message" | "extensions"> {
  return {
    message: `Something went wrong on our side. It was logged as ${requestId}.`,
    extensions: { code: "INTERNAL_SERVER_ERROR", requestId },
  };
}

/** Without the suggestions, which would tell the schema's names one by one, and with the argument that is wrong. */
function explained(error: GraphQLFormattedError): GraphQLFormattedError {
  const message = withoutSuggestion(error.message);
  // GraphQL names the variable or argument that is wrong only in its message.
  const argument = /^(?:Variable "\$|Argument ")(\w+)"/.exec(message)?.[1];
  if (argument === undefined) return { ...error, message };
  return { ...error, message, extensions: { ...error.extensions, argument } };
}

function withoutSuggestion(message: string): string {
  const start = message.lastIndexOf("Did you mean ");
  return start > 0 && message.endsWith("?") ? message.slice(0, start).trimEnd() : message;
}
