import type { ApolloServerPlugin } from "@apollo/server";
import { unwrapResolverError } from "@apollo/server/errors";
import type { GraphQLFormattedError } from "graphql";
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

/**
 * Lets errors meant for the client pass and masks all others: they are logged with the request's id, and
 * the client sees that id instead of what happened.
 */
export function maskErrors(log: Logger): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response, errors, contextValue }) {
          if (errors === undefined || response.body.kind !== "single") return;
          const formatted = response.body.singleResult.errors ?? [];
          response.body.singleResult.errors = formatted.map((error, index) =>
            clientFacing({ error, original: unwrapResolverError(errors[index]), context: contextValue, log }),
          );
        },
      };
    },
  };
}

interface Masking {
  error: GraphQLFormattedError;
  original: unknown;
  context: Context;
  log: Logger;
}

function clientFacing({ error, original, context, log }: Masking): GraphQLFormattedError {
  if (original instanceof ClientError) {
    if (original.cause !== undefined) {
      log.warn({ requestId: context.requestId, err: original.cause, code: original.extensions.code }, original.message);
    }
    return error;
  }
  if (REQUEST_ERRORS.has(String(error.extensions?.code))) return namingTheArgument(error);
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

/** GraphQL names the variable that is wrong only in its message. */
function namingTheArgument(error: GraphQLFormattedError): GraphQLFormattedError {
  const argument = /^Variable "\$(\w+)"/.exec(error.message)?.[1];
  return argument === undefined ? error : { ...error, extensions: { ...error.extensions, argument } };
}
