import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createDatasetWriter, datasetRecord } from "@sentiloop/inference/contract";
import pino from "pino";
import { DynamoDBExportJobStore } from "../../api/src/dynamodb-export-job-store.js";
import { DynamoDBPredictionStore } from "../../api/src/dynamodb-prediction-store.js";
import { ExportService } from "../../api/src/export-service.js";
import { Exporter } from "../../api/src/exporter.js";
import { PARTS, PartwiseExport } from "../../api/src/partwise-export.js";
import type { PredictionStore } from "../../api/src/prediction-store.js";
import { S3ExportStore } from "../../api/src/s3-export-store.js";
import { startDynamoDB, type TestDynamoDB } from "../support/dynamodb.js";
import { prediction } from "../support/predictions.js";
import { startS3, type TestS3 } from "../support/s3.js";

const ROWS = 300;
const log = pino({ level: "silent" });
const NEVER = new AbortController().signal;

let database: TestDynamoDB;
let s3: TestS3;
let predictions: PredictionStore;
let jobs: DynamoDBExportJobStore;
let files: S3ExportStore;
let service: ExportService;

beforeAll(async () => {
  [database, s3] = await Promise.all([startDynamoDB(), startS3()]);
  predictions = new DynamoDBPredictionStore(database.client, database.tables);
  jobs = new DynamoDBExportJobStore(database.client, database.tables);
  files = new S3ExportStore(s3.client, s3.bucket);
  service = new ExportService({ predictions, jobs, files, log, runElsewhere: true });
  for (let row = 0; row < ROWS; row += 1) await predictions.add(prediction({ text: `row ${row}, "quoted"\n=1+1` }));
}, 60_000);

afterAll(() => Promise.all([database.stop(), s3.stop()]));

/** What a DynamoDB stream tells of a new item. */
const told = (id: string) => ({
  Records: [{ dynamodb: { SequenceNumber: "7", Keys: { key: { S: `export#${id}` } } } }],
});

function exporterOver(scan?: PredictionStore["scan"]): Exporter {
  const store = scan ? Object.assign(Object.create(predictions), { scan }) : predictions;
  return new Exporter({ jobs, partwise: new PartwiseExport({ predictions: store, jobs, files }), log });
}

async function sortedLines(csv: string): Promise<string[]> {
  return csv.split("\n").sort();
}

/** All rows as one writer writes them, in any order. */
async function expectedLines(): Promise<string[]> {
  const csv = createDatasetWriter("RFC4180");
  for (let segment = 0; segment < 4; segment += 1)
    for await (const rows of predictions.scan({ segment, segments: 4, selection: {} }))
      for (const row of rows) csv.write(datasetRecord(row));
  csv.end();
  let text = "";
  for await (const chunk of csv) text += chunk;
  return sortedLines(text);
}

describe("an export that another process runs", () => {
  test("is answered RUNNING at once, and READY with its file when the exporter has been told", async () => {
    const started = await service.start({}, "RFC4180");
    expect(started).toMatchObject({ status: "RUNNING", progress: 0, url: null });
    expect(await exporterOver().handle(told(started.id), NEVER)).toEqual({ batchItemFailures: [] });
    const done = await service.find(started.id);
    expect(done).toMatchObject({ status: "READY", progress: 1, rowCount: ROWS });
    const file = Buffer.from(await (await fetch(done?.url ?? "")).arrayBuffer());
    expect(await sortedLines(file.toString())).toEqual(await expectedLines());
    expect(done?.sha256).toBe(createHash("sha256").update(file).digest("hex"));
    expect(done?.byteCount).toBe(file.length);
  }, 120_000);

  test("that runs out of time is given back, and the next call reads only what is left", async () => {
    const started = await service.start({}, "SPREADSHEET");
    const read: number[] = [];
    const callUntil = async (last: number) => {
      const time = new AbortController();
      const scan: PredictionStore["scan"] = (part) => {
        read.push(part.segment);
        if (part.segment === last) time.abort();
        return predictions.scan(part);
      };
      return exporterOver(scan).handle(told(started.id), time.signal);
    };
    expect(await callUntil(20)).toEqual({ batchItemFailures: [{ itemIdentifier: "7" }] });
    const between = await service.find(started.id);
    expect(between?.status).toBe("RUNNING");
    expect(between?.progress).toBeCloseTo(20 / (PARTS + 1));
    expect(await callUntil(40)).toEqual({ batchItemFailures: [{ itemIdentifier: "7" }] });
    expect(await callUntil(Number.POSITIVE_INFINITY)).toEqual({ batchItemFailures: [] });
    // Only the two parts during which time ran out were read twice.
    expect(read).toHaveLength(PARTS + 2);
    const done = await service.find(started.id);
    expect(done?.rowCount).toBe(ROWS);
    const text = await (await fetch(done?.url ?? "")).text();
    expect(text.match(/row \d+/g)).toHaveLength(ROWS);
    expect(text.match(/\uFEFF?id,text/g)).toHaveLength(1);
  }, 120_000);

  test("that fails says so to the client and to Lambda, and is passed over when it is told of again", async () => {
    const started = await service.start({}, "RFC4180");
    const broken = exporterOver(async function* () {
      yield [];
      throw new Error("no such table");
    });
    await expect(broken.handle(told(started.id), NEVER)).rejects.toThrow("no such table");
    expect(await service.find(started.id)).toMatchObject({ status: "FAILED", error: expect.stringContaining("safe") });
    expect(await exporterOver().handle(told(started.id), NEVER)).toEqual({ batchItemFailures: [] });
    expect(await service.find(started.id)).toMatchObject({ status: "FAILED" });
  }, 60_000);
});

test("what is no export and what is no event of a stream starts nothing", async () => {
  const other = { Records: [{ dynamodb: { SequenceNumber: "1", Keys: { key: { S: "idempotency#x" } } } }] };
  expect(await exporterOver().handle(other, NEVER)).toEqual({ batchItemFailures: [] });
  await expect(exporterOver().handle({ hello: 1 }, NEVER)).rejects.toThrow();
});
