import pino from "pino";
import { readExporterConfig } from "./config.js";
import { createDynamoDBClient } from "./dynamodb-client.js";
import { DynamoDBExportJobStore } from "./dynamodb-export-job-store.js";
import { DynamoDBPredictionStore } from "./dynamodb-prediction-store.js";
import { tableNames } from "./dynamodb-tables.js";
import { Exporter, type Unfinished } from "./exporter.js";
import { PartwiseExport } from "./partwise-export.js";
import { createS3Client } from "./s3-client.js";
import { S3ExportStore } from "./s3-export-store.js";

/** Kept back of a call's time to end in order, in milliseconds. */
const RESERVE = 30_000;

const { tablePrefix, dynamoDB, exportBucket, s3, logLevel } = readExporterConfig(process.env);
const log = pino({ level: logLevel, base: { service: "exporter" } }, pino.destination(2));
const client = createDynamoDBClient({ endpoint: dynamoDB });
const tables = tableNames(tablePrefix);
const jobs = new DynamoDBExportJobStore(client, tables);
const files = new S3ExportStore(createS3Client({ endpoint: s3 }), exportBucket);
const predictions = new DynamoDBPredictionStore(client, tables);
const exporter = new Exporter({ jobs, partwise: new PartwiseExport({ predictions, jobs, files }), log });

/** What AWS Lambda calls with new items of the table of operations. */
export function handler(event: unknown, context: { getRemainingTimeInMillis(): number }): Promise<Unfinished> {
  const timeIsUp = AbortSignal.timeout(Math.max(1, context.getRemainingTimeInMillis() - RESERVE));
  return exporter.handle(event, timeIsUp);
}
