import type { RequestListener } from "node:http";
import type { Logger } from "pino";
import type { Access } from "./access.js";
import { ADMISSION_LIMITS, Admission, type AdmissionLimits } from "./admission.js";
import { createApp } from "./app.js";
import type { Classifier } from "./classifier.js";
import { Cors } from "./cors.js";
import type { ExportJobStore } from "./export-job-store.js";
import { ExportService } from "./export-service.js";
import type { ExportDownloads, ExportStore } from "./export-store.js";
import { GraphQLEndpoint } from "./graphql-endpoint.js";
import type { IdempotencyStore } from "./idempotency-store.js";
import type { Metrics } from "./metrics.js";
import { OpenAccess } from "./open-access.js";
import type { PredictionStore } from "./prediction-store.js";
import type { RateLimiter } from "./rate-limiter.js";
import { readinessOf } from "./readiness.js";
import { BODY_LIMITS, BodyReader } from "./request-body.js";
import { createSchema, printedSchema } from "./schema.js";
import type { TrustedDocument } from "./trusted-documents.js";

export interface GatewayParts {
  classifier: Classifier;
  predictions: PredictionStore;
  idempotency: IdempotencyStore;
  jobs: ExportJobStore;
  files: ExportStore;
  /** Serves the files when their addresses are on this origin. */
  downloads?: ExportDownloads | undefined;
  /** Whether another process writes the files; this one then only tells how far they are. */
  exportsElsewhere?: boolean;
  /** The folder of the built web page; without it the page is served elsewhere. */
  page?: string | undefined;
  /** Without them /metrics is not there. */
  metrics?: Metrics | undefined;
  /** What clients are known to send. */
  trusted?: readonly TrustedDocument[];
  log: Logger;
  /** Who is let in; without it everybody who reaches the gateway, so it must listen on loopback only. */
  access?: Access;
  /** Without it nobody is limited. */
  limiter?: RateLimiter | undefined;
  /** How much is worked on at a time, where it differs from the usual. */
  limits?: Partial<AdmissionLimits>;
  /** Origins whose pages may use the API. */
  origins?: readonly string[];
}

/** The gateway, built but not listening. */
export interface Gateway {
  app: RequestListener;
  exports: ExportService;
  stop(): Promise<void>;
}

/** Puts the gateway together from its adapters. */
export async function createGateway(parts: GatewayParts): Promise<Gateway> {
  const { classifier, predictions, idempotency, jobs, files, downloads, page, metrics, trusted, log } = parts;
  const { access = new OpenAccess(), limiter, origins = [], limits } = parts;
  const exports = new ExportService({ predictions, jobs, files, log, runElsewhere: parts.exportsElsewhere });
  const schema = createSchema({ classifier, predictions, idempotency, exports, log });
  const graphql = await GraphQLEndpoint.start(schema, log, trusted);
  const admission = new Admission({ ...ADMISSION_LIMITS, ...limits });
  metrics?.watch({ classifier: () => classifier.connection, exports: () => exports.load, admission });
  let printed: string | undefined;
  const app = createApp({
    schema: () => {
      printed ??= printedSchema(schema);
      return printed;
    },
    graphql,
    downloads,
    readiness: readinessOf({ classifier, predictions }),
    metrics,
    admission,
    bodies: new BodyReader(BODY_LIMITS),
    log,
    page,
    access,
    limiter,
    cors: new Cors(origins),
    // Who must show credentials cannot be tricked by a name: a page that it was tricked into has none.
    onlyLocalHosts: access.signIn.authentication === "none",
  });
  const stop = async () => {
    exports.close();
    await graphql.stop();
    await predictions.settle();
  };
  return { app, exports, stop };
}
