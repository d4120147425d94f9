import { ApolloServer, type GraphQLRequest } from "@apollo/server";
import { ApolloServerErrorCode } from "@apollo/server/errors";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { GraphQLError, GraphQLSchema } from "graphql";
import type { Logger } from "pino";
import type { Context } from "./context.js";
import { maskErrors } from "./error-masking.js";
import { isPromise } from "./execution.js";
import { answerTo, type GraphQLAnswer } from "./execution-answer.js";
import { HttpError } from "./http-error.js";
import { MAX_TOKENS, OperationLimits } from "./operation-limits.js";
import { RepeatedOperations } from "./repeated-operations.js";
import type { TrustedDocument } from "./trusted-documents.js";
import { TrustedOperations } from "./trusted-operations.js";

/** Validation stops there: nobody reads more errors, and finding them costs time. */
const MAX_ERRORS = 20;

interface EndpointParts {
  apollo: ApolloServer<Context>;
  trusted: TrustedOperations;
  repeated: RepeatedOperations | undefined;
  limits: OperationLimits;
  log: Logger;
}

/**
 * Cache control hooks every field, and nothing here may be cached; the others report to Apollo's servers once a
 * variable of the environment says so, or serve a page that needs the network.
 */
const WITHOUT_DEFAULTS = [
  ApolloServerPluginCacheControlDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginLandingPageDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
  ApolloServerPluginUsageReportingDisabled(),
];

/**
 * GraphQL over HTTP without a web framework: takes the text of a request's body, runs it and gives what to answer.
 * There are two roads with the same answers. Trusted operations were compiled at the start, and what clients keep
 * sending is compiled when it comes again; all else goes through Apollo Server.
 */
export class GraphQLEndpoint {
  private constructor(private readonly parts: EndpointParts) {}

  /**
   * @param schema its resolvers must not change any more
   * @param documents what clients are known to send
   * @param options compileRepeated false: nothing else is ever compiled
   */
  static async start(
    schema: GraphQLSchema,
    log: Logger,
    documents: readonly TrustedDocument[] = [],
    { compileRepeated = true }: { compileRepeated?: boolean } = {},
  ): Promise<GraphQLEndpoint> {
    const limits = new OperationLimits(schema);
    const trusted = new TrustedOperations(documents, { schema, limits });
    const repeated = compileRepeated ? new RepeatedOperations({ schema, limits }) : undefined;
    const apollo = new ApolloServer<Context>({
      schema,
      introspection: true,
      includeStacktraceInErrorResponses: false,
      persistedQueries: false,
      stopOnTerminationSignals: false,
      parseOptions: { maxTokens: MAX_TOKENS },
      validationOptions: { maxErrors: MAX_ERRORS, hideSuggestions: true },
      plugins: [...WITHOUT_DEFAULTS, maskErrors(log)],
      logger: log,
    });
    await apollo.start();
    return new GraphQLEndpoint({ apollo, trusted, repeated, limits, log });
  }

  /** @throws HttpError 400 when the body is not a GraphQL request */
  answer(body: string, context: Context): Promise<GraphQLAnswer> | GraphQLAnswer {
    const request = parseRequest(body);
    const { query, operationName, variables = {} } = request;
    const { trusted, repeated, log } = this.parts;
    const operation = trusted.find(query, operationName) ?? repeated?.find(query, operationName);
    const result = operation?.run(variables, context);
    // Once there is a result, something may have run, and must not run again on the other road.
    if (result === undefined) return this.throughApollo(request, context);
    const answering = { context, log };
    return isPromise(result) ? result.then((settled) => answerTo(settled, answering)) : answerTo(result, answering);
  }

  stop(): Promise<void> {
    return this.parts.apollo.stop();
  }

  private async throughApollo(request: OperationRequest, contextValue: Context): Promise<GraphQLAnswer> {
    const problem = this.parts.limits.problemOfText(request.query);
    if (problem !== undefined) return refusal(problem);
    const { body, http } = await this.parts.apollo.executeOperation(request, { contextValue });
    if (body.kind !== "single")
      throw new HttpError(400, "query", "Incremental delivery is not supported. Remove @defer and @stream.");
    return {
      status: http.status ?? 200,
      body: JSON.stringify(body.singleResult),
      ...(http.headers.size > 0 && { headers: Object.fromEntries(http.headers) }),
    };
  }
}

function refusal(problem: GraphQLError): GraphQLAnswer {
  const error = { ...problem.toJSON(), extensions: { code: ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED } };
  return { status: 400, body: JSON.stringify({ errors: [error] }) };
}

/** An operation to run. */
type OperationRequest = Pick<GraphQLRequest, "variables" | "operationName"> & { query: string };

function parseRequest(body: string): OperationRequest {
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
