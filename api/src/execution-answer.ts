import { type ExecutionResult, type GraphQLError, type GraphQLFormattedError, Kind } from "graphql";
import type { Logger } from "pino";
import type { Context } from "./context.js";
import { clientFacing } from "./error-masking.js";

/** What to answer: an HTTP status, a JSON body and further headers, if there are any. */
export interface GraphQLAnswer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

/** What an error may say of the HTTP answer, in `extensions.http`, as Apollo Server has it. */
interface HttpHead {
  status?: number;
  headers?: Map<string, string>;
}

interface Answering {
  context: Context;
  log: Logger;
}

/** How graphql-js begins what it says of a variable; Apollo Server gives these errors a code. */
const VARIABLE_ERROR = /^Variable "\$\w+" (?:has invalid value|got invalid value |of required type |of non-null type )/;

/** The answer that Apollo Server gives to a result: it formats errors and chooses the status. */
export function answerTo(result: ExecutionResult, answering: Answering): GraphQLAnswer {
  if (result.errors === undefined) return { status: 200, body: JSON.stringify({ data: result.data }) };
  const heads: HttpHead[] = [];
  const errors = result.errors.map((error) => formatted(error, heads, answering));
  const status = heads.findLast((head) => head.status !== undefined)?.status;
  const headers = Object.fromEntries(heads.flatMap((head) => [...(head.headers ?? [])]));
  return {
    // Without data nothing was executed: the variables are wrong.
    status: status ?? (result.data === undefined ? 400 : 200),
    body: JSON.stringify({ errors, data: result.data }),
    ...(Object.keys(headers).length > 0 && { headers }),
  };
}

function formatted(error: GraphQLError, heads: HttpHead[], answering: Answering): GraphQLFormattedError {
  const { http, ...extensions } = error.extensions;
  if (typeof http === "object" && http !== null) heads.push(http as HttpHead);
  const code = extensions.code ?? (isVariableError(error) ? "BAD_USER_INPUT" : "INTERNAL_SERVER_ERROR");
  return clientFacing({
    error: { ...error.toJSON(), extensions: { ...extensions, code } },
    thrown: error,
    ...answering,
  });
}

function isVariableError({ nodes, message }: GraphQLError): boolean {
  return nodes?.length === 1 && nodes[0]?.kind === Kind.VARIABLE_DEFINITION && VARIABLE_ERROR.test(message);
}
