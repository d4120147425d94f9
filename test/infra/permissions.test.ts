import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pino from "pino";
import { createApiKey } from "../../api/src/api-key.js";
import { readLambdaConfig } from "../../api/src/config.js";
import { DynamoDBApiKeyStore } from "../../api/src/dynamodb-api-key-store.js";
import { createDynamoDBClient } from "../../api/src/dynamodb-client.js";
import { DynamoDBExportJobStore } from "../../api/src/dynamodb-export-job-store.js";
import { DynamoDBPredictionStore } from "../../api/src/dynamodb-prediction-store.js";
import { recountFeedback } from "../../api/src/dynamodb-recount.js";
import { Exporter } from "../../api/src/exporter.js";
import { createLambdaGateway, type LambdaGateway } from "../../api/src/lambda-gateway.js";
import { PartwiseExport } from "../../api/src/partwise-export.js";
import { S3ExportStore } from "../../api/src/s3-export-store.js";
import { startDynamoDB, type TestDynamoDB } from "../support/dynamodb.js";
import { startInference, type TestInference } from "../support/inference.js";
import { startS3, type TestS3 } from "../support/s3.js";
import { KINDS, synthesise, templateOf } from "./synthesised-stage.js";

/** Runs what runs on AWS against a DynamoDB that notes what is asked of it, and compares that with what is allowed. */

const log = pino({ level: "silent" });
const api = templateOf(synthesise("one", KINDS.lean), "Api");

let database: TestDynamoDB;
let inference: TestInference;
let s3: TestS3;
let recorder: Server;
let endpoint: string;
let client: DynamoDBDocumentClient;
let asked = new Set<string>();

beforeAll(async () => {
  [database, inference, s3] = await Promise.all([startDynamoDB(), startInference(), startS3()]);
  recorder = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    for (const each of callsOf(String(incoming.headers["x-amz-target"]), JSON.parse(body.toString()))) asked.add(each);
    const { method, url, headers } = incoming;
    const forwarded = request(new URL(url ?? "/", database.endpoint), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.end(body);
  });
  await once(recorder.listen(0, "127.0.0.1"), "listening");
  endpoint = `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`;
  client = createDynamoDBClient({ endpoint });
}, 60_000);

afterAll(async () => {
  client?.destroy();
  recorder?.closeAllConnections();
  recorder?.close();
  await Promise.all([database?.stop(), inference?.stop(), s3?.stop()]);
});

interface Call {
  TableName?: string;
  IndexName?: string;
  RequestItems?: Record<string, unknown>;
}

/** What a call does with which table, as `Query indexes`. */
function callsOf(target: string, { TableName, IndexName, RequestItems = {} }: Call): string[] {
  const action = target.slice(target.indexOf(".") + 1);
  const tables = TableName === undefined ? Object.keys(RequestItems) : [TableName];
  return tables.map(
    (table) => `${action} ${IndexName === undefined ? table.slice(table.lastIndexOf("-") + 1) : "indexes"}`,
  );
}

/** What a function's role allows it to do with which table. */
function allowed(role: string): string[] {
  const policies = Object.entries(api.findResources("AWS::IAM::Policy")).filter(([id]) => id.startsWith(role));
  return policies
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
    .flatMap(({ Action, Resource }) => {
      const resource = JSON.stringify(Resource);
      const table = resource.includes("/index/")
        ? "indexes"
        : resource.includes("TablesPred")
          ? "predictions"
          : "operations";
      const actions = [Action]
        .flat()
        .filter((action) => /^dynamodb:(?!DescribeStream|GetRecords|GetShard|ListStreams)/.test(action));
      return actions.map((action) => `${action.slice("dynamodb:".length)} ${table}`);
    })
    .sort();
}

async function used(work: () => Promise<unknown>): Promise<string[]> {
  asked = new Set();
  await work();
  return [...asked].sort();
}

const { stored, key } = createApiKey("the test", ["predict", "feedback", "export"], null);
let exportId = "";

test("the gateway may do what it does, and nothing else", async () => {
  await new DynamoDBApiKeyStore(database.client, database.tables).add(stored);
  const config = readLambdaConfig({
    SENTILOOP_AUTH: "keys",
    SENTILOOP_DYNAMODB: endpoint,
    SENTILOOP_TABLE_PREFIX: database.tables.predictions.replace(/predictions$/, ""),
    SENTILOOP_INFERENCE: inference.origin,
    SENTILOOP_EXPORT_BUCKET: s3.bucket,
    SENTILOOP_S3: s3.endpoint,
  });
  const gateway = await createLambdaGateway(config, log);
  expect(await used(() => useGateway(gateway))).toEqual(allowed("GatewayFunctionRole"));
}, 60_000);

async function useGateway(gateway: LambdaGateway): Promise<void> {
  const server = createServer(gateway.app);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (query: string) => {
    const answer = await fetch(`${address}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = (await answer.json()) as { data: Record<string, never>; errors?: unknown };
    expect(errors).toBeUndefined();
    await gateway.settle();
    return data;
  };
  const { predict } = await ask('mutation { predict(text: "It rains.", idempotencyKey: "k") { id } }');
  const { id } = predict as unknown as { id: string };
  await ask('mutation { predict(text: "It rains.", idempotencyKey: "k") { id } }');
  await ask('mutation { predictMany(texts: ["one", "two", "three"]) { error } }');
  await ask(`mutation { revise(predictionId: "${id}", emotion: JOY) { status } }`);
  await ask(`mutation { undo(predictionId: "${id}") { status } }`);
  await ask(`mutation { approve(predictionId: "${id}") { status } }`);
  await ask(`{ prediction(id: "${id}") { text } predictions(first: 2) { edges { node { text } } } }`);
  await ask("{ reviewQueue(first: 5) { text } feedbackSummary { total } }");
  const { exportCsv } = await ask("mutation { exportCsv { id } }");
  exportId = (exportCsv as unknown as { id: string }).id;
  await ask(`{ datasetExport(id: "${exportId}") { status } }`);
  await fetch(`${address}/readyz`);
  server.closeAllConnections();
  server.close();
  await gateway.stop();
}

test("the exporter may do what it does, and nothing else", async () => {
  const { tables } = database;
  const jobs = new DynamoDBExportJobStore(client, tables);
  const predictions = new DynamoDBPredictionStore(client, tables);
  const files = new S3ExportStore(s3.client, s3.bucket);
  const exporter = new Exporter({ jobs, partwise: new PartwiseExport({ predictions, jobs, files }), log });
  const told = { Records: [{ dynamodb: { SequenceNumber: "1", Keys: { key: { S: `export#${exportId}` } } } }] };
  expect(await used(() => exporter.handle(told, new AbortController().signal))).toEqual(
    allowed("ExporterFunctionRole"),
  );
  expect((await jobs.find(exportId))?.status).toBe("READY");
}, 60_000);

test("the recount may do what it does, but for items of earlier versions", async () => {
  const recount = () =>
    recountFeedback({ client, tables: database.tables, alone: false, waits: { notice: 1, longestWrite: 1 } });
  // Twice, because the second time removes the counters of the first.
  const done = await used(async () => [await recount(), await recount()]);
  const forEarlierVersions = ["UpdateItem predictions"];
  expect([...done, ...forEarlierVersions].sort()).toEqual(allowed("RecountFunctionRole"));
}, 60_000);
