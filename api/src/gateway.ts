import type { RequestListener } from "node:http";
import type { Logger } from "pino";
import { createApp } from "./app.js";
import type { Classifier } from "./classifier.js";
import type { ExportJobStore } from "./export-job-store.js";
import { ExportService } from "./export-service.js";
import type { FileExportStore } from "./file-export-store.js";
import { GraphQLEndpoint } from "./graphql-endpoint.js";
import type { IdempotencyStore } from "./idempotency-store.js";
import { Metrics } from "./metrics.js";
import type { PredictionStore } from "./prediction-store.js";
import { readinessOf } from "./readiness.js";
import { createSchema } from "./schema.js";

export interface GatewayParts {
  classifier: Classifier;
  predictions: PredictionStore;
  idempotency: IdempotencyStore;
  jobs: ExportJobStore;
  files: FileExportStore;
  /** The folder of the built web page. */
  page: string;
  log: Logger;
}

/** The gateway, built but not listening. */
export interface Gateway {
  app: RequestListener;
  exports: ExportService;
  stop(): Promise<void>;
}

/** Puts the gateway together from its adapters. Open to whoever reaches it, so it listens on loopback only. */
export async function createGateway(parts: GatewayParts): Promise<Gateway> {
  const { classifier, predictions, idempotency, jobs, files, page, log } = parts;
  const exports = new ExportService({ predictions, jobs, files, log });
  const graphql = await GraphQLEndpoint.start(createSchema({ classifier, predictions, idempotency, exports }), log);
  const app = createApp({
    graphql,
    exports: files,
    readiness: readinessOf({ classifier, predictions }),
    metrics: new Metrics(),
    log,
    page,
    actor: "local",
    onlyLocalHosts: true,
  });
  const stop = async () => {
    exports.close();
    await graphql.stop();
  };
  return { app, exports, stop };
}
