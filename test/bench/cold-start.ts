import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createApiKey } from "../../api/src/api-key.js";
import { DynamoDBApiKeyStore } from "../../api/src/dynamodb-api-key-store.js";
import { apiGatewayEvent } from "../support/api-gateway-event.js";
import { startDynamoDB } from "../support/dynamodb.js";
import { startInference } from "../support/inference.js";
import { LAMBDA_BUNDLE } from "../support/lambda-function.js";

const ROUNDS = 15;

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const RUNTIME = join(ROOT, "test/bench/cold-lambda.mjs");
const BARE = "test/dist/bare-lambda";

/** CPU milliseconds from the first line of a function's code on; medians of the rounds. */
export interface ColdStart {
  /** Until it is loaded. */
  loaded: number;
  /** Until its first `predict` is answered. */
  answered: number;
}

/** What the function costs when it starts cold, beside a bare one that gives the same answer. */
export interface ColdStarts {
  ours: ColdStart;
  bare: ColdStart;
  /** ours / bare until the first answer, the median of the rounds' ratios. */
  ratio: number;
}

/** Starts both by turns in processes of their own, over a DynamoDB and an inference service on this machine. */
export async function benchColdStart(): Promise<ColdStarts> {
  bundleBare();
  const [database, inference] = await Promise.all([startDynamoDB(), startInference()]);
  const { stored, key } = createApiKey("bench", ["predict"], null);
  await new DynamoDBApiKeyStore(database.client, database.tables).add(stored);
  const env = {
    SENTILOOP_AUTH: "keys",
    SENTILOOP_DYNAMODB: database.endpoint ?? "",
    SENTILOOP_TABLE_PREFIX: database.tables.predictions.replace(/predictions$/, ""),
    SENTILOOP_INFERENCE: inference.origin,
    SENTILOOP_DATA: join(ROOT, "test/dist/cold-start"),
    LOG_LEVEL: "info",
  };
  const event = JSON.stringify(predictEvent(key));
  const rounds: { ours: ColdStart; bare: ColdStart }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const ours = await coldStart(join(LAMBDA_BUNDLE, "lambda.mjs"), event, env);
    rounds.push({ ours, bare: await coldStart(join(ROOT, BARE, "bare-lambda.mjs"), event, env) });
  }
  await Promise.all([database.stop(), inference.stop()]);
  return {
    ours: medians(rounds.map(({ ours }) => ours)),
    bare: medians(rounds.map(({ bare }) => bare)),
    ratio: median(rounds.map(({ ours, bare }) => ours.answered / bare.answered)),
  };
}

function bundleBare(): void {
  const { status, stderr } = spawnSync(
    process.execPath,
    [".ci/bundle-lambda.mjs", "test/bench/bare-lambda.ts", BARE, "--plain"],
    { cwd: ROOT, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
}

function predictEvent(key: string) {
  const query = "mutation ($text: String!) { predict(text: $text) { id emotion confidence } }";
  const body = JSON.stringify({ query, variables: { text: "I finally passed the exam!" } });
  return apiGatewayEvent("POST", "/graphql", { headers: { authorization: `Bearer ${key}` }, body });
}

async function coldStart(entry: string, event: string, env: Record<string, string>): Promise<ColdStart> {
  const child = fork(RUNTIME, [pathToFileURL(entry).href, event], {
    env: { PATH: process.env.PATH, NODE_ENV: "production", ...env },
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [{ loaded, answered, body }] = (await once(child, "message")) as [ColdStart & { body: string }];
  if (!JSON.parse(body).data?.predict?.id) throw new Error(`${entry} answered ${body}`);
  return { loaded, answered };
}

function medians(starts: readonly ColdStart[]): ColdStart {
  return {
    loaded: median(starts.map(({ loaded }) => loaded)),
    answered: median(starts.map(({ answered }) => answered)),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
