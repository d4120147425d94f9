/**
 * Predicts and judges with typed documents over the platform's fetch:
 *
 *     npx tsx api/examples/typescript/fetch-client.ts "I finally passed the exam!"
 *
 * SENTILOOP_URL is the server's address (http://127.0.0.1:4000 without it), SENTILOOP_KEY an API key where one is needed.
 */
import { setTimeout } from "node:timers/promises";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";
import { graphql } from "./generated/gql.js";

const URL = process.env.SENTILOOP_URL ?? "http://127.0.0.1:4000";
const KEY = process.env.SENTILOOP_KEY;
const ATTEMPTS = 5;

const PREDICT = graphql(`
  mutation PredictOnce($text: String!, $key: String!) {
    predict(text: $text, idempotencyKey: $key) { id emotion confidence uncertain version }
  }
`);

const APPROVE = graphql(`
  mutation ApproveSeen($id: ID!, $version: Int!) {
    approve(predictionId: $id, expectedVersion: $version) { status verifiedEmotion }
  }
`);

/** What the server refused: the code is for programs, the message for people. */
class SentiloopError extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }
}

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions: { code: string; retryAfterSeconds?: number } }[];
}

/**
 * Runs one operation and gives its data. Sends it again when the server was too busy: harmless, because predictions have
 * an idempotency key and the same decision is never a second event.
 */
async function ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await post(document, variables);
    } catch (error) {
      const isBusy = error instanceof SentiloopError && error.retryAfterSeconds !== undefined;
      if (!isBusy || attempt === ATTEMPTS) throw error;
      await setTimeout(1000 * (error.retryAfterSeconds ?? attempt));
    }
  }
}

async function post<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const answer = await fetch(`${URL}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(KEY && { authorization: `Bearer ${KEY}` }) },
    body: JSON.stringify({ query: print(document), variables }),
    signal: AbortSignal.timeout(30_000),
  });
  const { data, errors } = (await answer.json()) as Answer<Data>;
  const [error] = errors ?? [];
  if (error) throw new SentiloopError(error.message, error.extensions.code, error.extensions.retryAfterSeconds);
  return data as Data;
}

for (const text of process.argv.slice(2)) {
  const { predict } = await ask(PREDICT, { text, key: crypto.randomUUID() });
  console.log(
    `${predict.emotion} ${Math.round(100 * predict.confidence)}%${predict.uncertain ? " (not sure)" : ""}: ${text}`,
  );
  const { approve } = await ask(APPROVE, { id: predict.id, version: predict.version });
  console.log(`${approve.status} as ${approve.verifiedEmotion}`);
}
