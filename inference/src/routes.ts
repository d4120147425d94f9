import type { IncomingMessage } from "node:http";
import type { ModelDescription, ModelsResponse, PredictResponse } from "../contract/index.js";
import { readJsonBody } from "./json-body.js";
import type { Metrics } from "./metrics.js";
import { OPENAPI_DOCUMENT } from "./openapi.js";
import { readPredictRequest } from "./predict-request.js";
import { readiness } from "./readiness.js";
import type { ModelRegistry } from "./registry.js";
import type { ServingModel } from "./serving-model.js";

/** A whole answer to a request. */
export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** What is done for one method of one path. */
export interface Route {
  method: "GET" | "POST";
  /** Whether it still answers while the service is shutting down. */
  whileStopping: boolean;
  answer(request: IncomingMessage): Promise<Answer> | Answer;
}

/** What the routes answer from. */
export interface RouteOptions {
  model: ServingModel;
  registry: ModelRegistry;
  metrics: Metrics;
  maxBodyBytes: number;
  isStopping(): boolean;
}

/** A JSON answer. */
export function jsonAnswer(status: number, value: unknown): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

/** Every path of the service with what it does. */
export function createRoutes(options: RouteOptions): ReadonlyMap<string, Route> {
  const { model, metrics, isStopping } = options;
  const get = (answer: Route["answer"]): Route => ({ method: "GET", whileStopping: true, answer });
  return new Map<string, Route>([
    ["/v1/models/emotion:predict", { method: "POST", whileStopping: false, answer: (r) => predict(r, options) }],
    ["/v1/models/emotion", get(() => describeModels(options))],
    ["/livez", get(() => jsonAnswer(200, { status: "live" }))],
    ["/readyz", get(() => jsonAnswer(isStopping() ? 503 : 200, readiness(model, isStopping())))],
    [
      "/metrics",
      get(async () => ({
        status: 200,
        headers: { "content-type": metrics.contentType },
        body: await metrics.render(),
      })),
    ],
    ["/openapi.json", get(() => jsonAnswer(200, OPENAPI_DOCUMENT))],
  ]);
}

async function predict(request: IncomingMessage, { model, metrics, maxBodyBytes }: RouteOptions): Promise<Answer> {
  const { instances } = readPredictRequest(await readJsonBody(request, maxBodyBytes));
  const predictions = await model.classifier.classify(instances);
  metrics.countTexts(instances.length);
  return jsonAnswer(200, { predictions, modelVersion: model.version } satisfies PredictResponse);
}

async function describeModels({ model, registry }: RouteOptions): Promise<Answer> {
  const { versions } = await registry.list();
  const models = versions.map(({ manifest }): ModelDescription => {
    const { version, createdAt, trainedOnRows, datasetSha256, parameters, metrics } = manifest;
    return {
      version,
      serving: version === model.version,
      createdAt,
      trainedOnRows,
      datasetSha256,
      parameters,
      metrics,
    };
  });
  return jsonAnswer(200, { name: "emotion", models } satisfies ModelsResponse);
}
