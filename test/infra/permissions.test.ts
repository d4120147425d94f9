import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pino from "pino";
import { createDynamoDBClient } from "../../api/src/dynamodb-client.js";
import { DynamoDBExportJobStore } from "../../api/src/dynamodb-export-job-store.js";
import { DynamoDBPredictionStore } from "../../api/src/dynamodb-prediction-store.js";
import { recountFeedback } from "../../api/src/dynamodb-recount.js";
import { tableDefinitions } from "../../api/src/dynamodb-tables.js";
import { Exporter } from "../../api/src/exporter.js";
import { PartwiseExport } from "../../api/src/partwise-export.js";
import { S3ExportStore } from "../../api/src/s3-export-store.js";
import { STAGE_LIMITS } from "../../infra/src/load-assumptions.js";
import { ASSUMPTIONS } from "../../infra/src/monthly-cost.js";
import { type RecordedGateway, startRecordedGateway } from "./recorded-gateway.js";
import { KINDS, synthesise, templateOf } from "./synthesised-stage.js";

/** Runs what runs on AWS, and compares what it asks of DynamoDB with what is allowed, and with what the bill assumes. */

const api = templateOf(synthesise("one", KINDS.lean), "Api");
let gateway: RecordedGateway;
let client: DynamoDBDocumentClient;

beforeAll(async () => {
  gateway = await startRecordedGateway();
  client = createDynamoDBClient({ endpoint: gateway.endpoint });
}, 60_000);

afterAll(async () => {
  client?.destroy();
  await gateway?.stop();
});

/** What a function's role allows it to do with which table. */
function allowed(role: string): string[] {
  const policies = Object.entries(api.findResources("AWS::IAM::Policy")).filter(([id]) => id.startsWith(role));
  const statements = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
  return statements.flatMap(({ Action, Resource }) => {
    const resource = JSON.stringify(Resource);
    // What reads the stream is AWS, not our code.
    const actions = [Action].flat().filter((action) => action.startsWith("dynamodb:") && !resource.includes("Stream"));
    return actions.map((action) => `${action.slice("dynamodb:".length)} ${targetOf(resource)}`);
  });
}

function targetOf(resource: string): string {
  if (resource.includes("/index/")) return "indexes";
  return resource.includes("TablesPredictions") ? "predictions" : "operations";
}

async function used(work: () => Promise<unknown>): Promise<string[]> {
  const calls = await gateway.calls(work);
  return [...new Set(calls.map(({ action, target }) => `${action} ${target}`))];
}

let exportId = "";

test("the gateway may do what it does, and nothing else", async () => {
  const { ask } = gateway;
  const done = await used(async () => {
    const { predict } = await ask('mutation { predict(text: "It rains.", idempotencyKey: "k") { id } }');
    const { id } = predict as { id: string };
    await ask('mutation { predict(text: "It rains.", idempotencyKey: "k") { id } }');
    await ask('mutation { predictMany(texts: ["one", "two", "three"]) { error } }');
    await ask(`mutation { revise(predictionId: "${id}", emotion: JOY) { status } }`);
    await ask(`mutation { undo(predictionId: "${id}") { status } }`);
    await ask(`mutation { approve(predictionId: "${id}") { status } }`);
    await ask(`{ prediction(id: "${id}") { text } predictions(first: 2) { edges { node { text } } } }`);
    await ask("{ reviewQueue(first: 5) { text } feedbackSummary { total } }");
    const { exportCsv } = await ask("mutation { exportCsv { id } }");
    exportId = (exportCsv as { id: string }).id;
    await ask(`{ datasetExport(id: "${exportId}") { status } }`);
    expect((await gateway.get("/readyz")).status).toBe(200);
  });
  expect(done.sort()).toEqual(allowed("GatewayFunctionRole").sort());
}, 60_000);

test("the exporter may do what it does, and nothing else", async () => {
  const { database, s3 } = gateway;
  const jobs = new DynamoDBExportJobStore(client, database.tables);
  const predictions = new DynamoDBPredictionStore(client, database.tables);
  const partwise = new PartwiseExport({ predictions, jobs, files: new S3ExportStore(s3.client, s3.bucket) });
  const exporter = new Exporter({ jobs, partwise, log: pino({ level: "silent" }) });
  const told = { Records: [{ dynamodb: { SequenceNumber: "1", Keys: { key: { S: `export#${exportId}` } } } }] };
  const done = await used(() => exporter.handle(told, new AbortController().signal));
  expect(done.sort()).toEqual(allowed("ExporterFunctionRole").sort());
  expect((await jobs.find(exportId))?.status).toBe("READY");
}, 60_000);

test("the recount may do what it does, and bring items of earlier versions into the review queue", async () => {
  const { tables } = gateway.database;
  const recount = () => recountFeedback({ client, tables, alone: false, waits: { notice: 1, longestWrite: 1 } });
  // Twice, because the second time removes the counters of the first.
  const done = await used(async () => [await recount(), await recount()]);
  expect([...done, "UpdateItem predictions"].sort()).toEqual(allowed("RecountFunctionRole").sort());
}, 60_000);

test("a prediction and a decision consume the write units that the bill and the load are computed with", async () => {
  const text = "I had been looking forward to that evening for weeks, and then nobody of all my friends came at all.";
  const entries = tableDefinitions(gateway.database.tables).flatMap(
    ({ GlobalSecondaryIndexes = [] }) => GlobalSecondaryIndexes,
  ).length;
  let id = "";
  const predicted = await gateway.calls(async () => {
    id = ((await gateway.ask(`mutation { predict(text: "${text}") { id } }`)).predict as { id: string }).id;
  });
  const decided = await gateway.calls(() => gateway.ask(`mutation { approve(predictionId: "${id}") { status } }`));
  // Its entries in the indexes are new with a prediction; a decision changes one and takes it out of the others.
  expect(writeUnits(predicted) + entries).toBe(ASSUMPTIONS.writeUnitsAPrediction);
  expect(writeUnits(decided) + entries).toBe(ASSUMPTIONS.writeUnitsADecision);
  const counters = predicted.filter(({ target }) => target === "operations");
  expect(writeUnits(counters)).toBe(STAGE_LIMITS.standard.unitsAPrediction);
});

function writeUnits(calls: Awaited<ReturnType<RecordedGateway["calls"]>>): number {
  const writes = calls.filter(({ action }) => /^(Put|Update|Delete|BatchWrite)/.test(action));
  return writes.reduce((sum, { units }) => sum + units, 0);
}
