import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { buildSchema, type ExecutionResult, graphql } from "graphql";
import { StoredPredictions } from "./stored-predictions.js";

/** A request that the page sent. */
export interface SentOperation {
  operationName: string;
  query: string;
  variables: Record<string, unknown>;
  /** The header of that name. */
  authorization?: string | undefined;
}

/** Answers an operation; `execute` gives what the server itself would say. "cut" ends the connection instead. */
export type Answer = (
  operation: SentOperation,
  execute: () => Promise<ExecutionResult>,
) => Promise<ExecutionResult | "cut">;

/** A real GraphQL server over HTTP with the project's schema, whose answers a test may hold back, cut off or replace. */
export interface PredictionServer {
  uri: string;
  predictions: StoredPredictions;
  /** Everything that was asked, in order. */
  sent: SentOperation[];
  answer: Answer;
  /** What it says of how to sign in. */
  signIn: { authentication: string; openId: { issuer: string; clientId: string } | null };
  /** Resolvers of a test's own, in place of the server's. */
  resolvers: Record<string, unknown>;
  close(): Promise<void>;
}

/** Starts a server on a free port of this machine. */
export async function startPredictionServer(): Promise<PredictionServer> {
  const schema = buildSchema(await readFile(new URL("../../schema.graphql", import.meta.url), "utf8"));
  const predictions = new StoredPredictions();
  const http = createServer((request, response) => void respond(request, response));
  const server: PredictionServer = {
    uri: "",
    predictions,
    sent: [],
    answer: (_operation, execute) => execute(),
    signIn: { authentication: "none", openId: null },
    resolvers: {},
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authorization } = request.headers;
    const operation: SentOperation = { ...((await json(request)) as SentOperation), authorization };
    server.sent.push(operation);
    const rootValue = { ...rootOf(predictions), ...server.resolvers };
    const execute = () => graphql({ schema, rootValue, source: operation.query, variableValues: operation.variables });
    const result = await server.answer(operation, execute);
    if (result === "cut") response.destroy();
    else response.setHeader("content-type", "application/json").end(JSON.stringify(result));
  }

  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  server.uri = `http://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`;
  return server;
}

function rootOf(predictions: StoredPredictions) {
  const { predict, approve, revise, undo } = predictions;
  return {
    predict,
    approve,
    revise,
    undo,
    reviewQueue: ({ first }: { first: number }) => pending(predictions).slice(0, first),
    feedbackSummary: () => ({ pending: pending(predictions).length }),
    prediction: ({ id }: { id: string }) => predictions.find(id),
    predictions: ({ first, after }: { first: number; after?: string | null }) => page(predictions, first, after),
  };
}

function pending({ all }: StoredPredictions) {
  return all.filter(({ status }) => status === "PENDING");
}

function page({ all }: StoredPredictions, first: number, after: string | null | undefined) {
  const start = after ? all.findIndex(({ id }) => id === after) + 1 : 0;
  const edges = all.slice(start, start + first).map((node) => ({ cursor: node.id, node }));
  const pageInfo = { endCursor: edges.at(-1)?.cursor ?? null, hasNextPage: start + first < all.length };
  return { edges, pageInfo };
}
