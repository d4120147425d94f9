import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino, { type Logger } from "pino";
import { DynamoDBExportJobStore } from "../../api/src/dynamodb-export-job-store.js";
import { DynamoDBIdempotencyStore } from "../../api/src/dynamodb-idempotency-store.js";
import { DynamoDBPredictionStore } from "../../api/src/dynamodb-prediction-store.js";
import { FileExportStore } from "../../api/src/file-export-store.js";
import { createGateway, type GatewayParts } from "../../api/src/gateway.js";
import { HttpClassifier } from "../../api/src/http-classifier.js";
import { Metrics } from "../../api/src/metrics.js";
import type { PredictionStore } from "../../api/src/prediction-store.js";
import { listen } from "../../api/src/server.js";
import { startDynamoDB } from "./dynamodb.js";
import { startInference } from "./inference.js";

/** A gateway that listens on a free port of this machine, in this process. */
export interface TestGateway {
  address: string;
  store: PredictionStore;
  /** What it logged so far. */
  log(): string;
  stop(): Promise<void>;
}

/**
 * Starts a gateway over a fresh database and the real inference service; `stop` ends all three.
 * @param doors who is let in, how often and with what; without it everybody
 */
export async function startGateway(
  doors: Pick<GatewayParts, "access" | "limiter" | "origins" | "trusted"> = {},
): Promise<TestGateway> {
  const [database, inference] = await Promise.all([startDynamoDB(), startInference()]);
  const classifier = new HttpClassifier(inference.origin);
  const folder = mkdtempSync(join(tmpdir(), "sentiloop-gateway-"));
  writeFileSync(join(folder, "index.html"), "<title>Sentiloop</title>");
  const lines: string[] = [];
  const log: Logger = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
  const store = new DynamoDBPredictionStore(database.client, database.tables);
  const files = new FileExportStore(join(folder, "exports"), Buffer.alloc(32, 7));
  const gateway = await createGateway({
    classifier,
    predictions: store,
    idempotency: new DynamoDBIdempotencyStore(database.client, database.tables),
    jobs: new DynamoDBExportJobStore(database.client, database.tables),
    files,
    downloads: files,
    metrics: new Metrics(),
    page: folder,
    log,
    ...doors,
  });
  const server = await listen(gateway.app, { host: "127.0.0.1", port: 0 });
  const stop = async () => {
    await server.stop();
    await gateway.stop();
    await classifier.close();
    await Promise.all([inference.stop(), database.stop()]);
    rmSync(folder, { recursive: true });
  };
  return { address: server.address, store, log: () => lines.join(""), stop };
}
