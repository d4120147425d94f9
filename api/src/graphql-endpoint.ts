import { ApolloServer, type GraphQLRequest } from "@apollo/server";
import { ApolloServerPluginCacheControlDisabled } from "@apollo/server/plugin/disabled";
import type { GraphQLSchema } from "graphql";
import type { Logger } from "pino";
import type { Context } from "./context.js";
import { maskErrors } from "./error-masking.js";
import { HttpError } from "./http-error.js";
import { limitRootFields, MAX_TOKENS } from "./operation-limits.js";

/** What to answer: an HTTP status and a JSON body. */
export interface GraphQLAnswer {
  status: number;
  body: string;
}

/**
 * GraphQL over HTTP without a web framework: takes the text of a request's body, runs it through Apollo
 * Server and gives what to answer. Apollo's own HTTP layer would cost more on every request.
 */
export class GraphQLEndpoint {
  private constructor(private readonly apollo: ApolloServer<Context>) {}

  static async start(schema: GraphQLSchema, log: Logger): Promise<GraphQLEndpoint> {
    const apollo = new ApolloServer<Context>({
      schema,
      introspection: true,
      includeStacktraceInErrorResponses: false,
      persistedQueries: false,
      stopOnTerminationSignals: false,
      parseOptions: { maxTokens: MAX_TOKENS },
      validationRules: [limitRootFields],
      // Cache control hooks every field, and nothing here may be cached.
      plugins: [ApolloServerPluginCacheControlDisabled(), maskErrors(log)],
      logger: log,
    });
    await apollo.start();
    return new GraphQLEndpoint(apollo);
  }

  /** @throws HttpError 400 when the body is not a GraphQL request */
  async answer(body: string, contextValue: Context): Promise<GraphQLAnswer> {
    const { body: result, http } = await this.apollo.executeOperation(parseRequest(body), { contextValue });
    if (result.kind !== "single")
      throw new HttpError(400, "query", "Incremental delivery is not supported. Remove @defer and @stream.");
    return { status: http.status ?? 200, body: JSON.stringify(result.singleResult) };
  }

  stop(): Promise<void> {
    return this.apollo.stop();
  }
}

function parseRequest(body: string): GraphQLRequest {
  const request = parseJson(body);
  if (Array.isArray(request)) throw malformed("body", "Batches are not supported. Send one operation a request.");
  if (!isObject(request))
    throw malformed("body", 'The body must be a JSON object like {"query": "…", "variables": {…}}.');
  const { query, variables, operationName } = request;
  if (typeof query !== "string" || query === "")
    throw malformed("query", "query must be a GraphQL document as a string.");
  if (variables != null && !isObject(variables)) throw malformed("variables", "variables must be a JSON object.");
  if (operationName != null && typeof operationName !== "string")
    throw malformed("operationName", "operationName must be a string.");
  return { query, ...(variables != null && { variables }), ...(operationName != null && { operationName }) };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw malformed("body", 'The body is not valid JSON. Send an object like {"query": "…", "variables": {…}}.');
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(part: string, message: string): HttpError {
  return new HttpError(400, part, message);
}
