import type { IncomingMessage } from "node:http";
import type {
  ExplainResponse,
  ModelDescription,
  ModelsResponse,
  PredictResponse,
  PromoteResponse,
} from "../contract/index.js";
import type { AliasWatcher } from "./alias-watcher.js";
import type { EngineChoice } from "./engine-choice.js";
import { explain, MAX_OCCLUSIONS } from "./explanation.js";
import { readJsonBody } from "./json-body.js";
import type { Metrics } from "./metrics.js";
import { ModelError } from "./model-error.js";
import type { ModelHost } from "./model-host.js";
import { OPENAPI_DOCUMENT } from "./openapi.js";
import { Promoter, type Promotion } from "./promotion.js";
import { readiness } from "./readiness.js";
import type { ModelRegistry } from "./registry.js";
import { readExplainRequest, readPredictRequest, readPromoteRequest } from "./requests.js";
import { ServiceError } from "./service-error.js";
import { VersionNotFound } from "./version-not-found.js";
import type { WorkQueue } from "./work-queue.js";

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
  host: ModelHost;
  registry: ModelRegistry;
  /** Brings a promotion to where other services see it; undefined when the registry folder is what they see. */
  mirror?: { push(): Promise<void> } | undefined;
  /** What is to compute a version that is promoted. */
  engine?: EngineChoice | undefined;
  /** Undefined when the environment names the version to serve, so that no alias can. */
  watcher: AliasWatcher | undefined;
  queue: WorkQueue;
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
  const get = (answer: Route["answer"]): Route => ({ method: "GET", whileStopping: true, answer });
  const post = (work: (request: IncomingMessage, options: RouteOptions) => Promise<unknown>): Route => ({
    method: "POST",
    whileStopping: false,
    answer: async (request) => jsonAnswer(200, await work(request, options)),
  });
  return new Map<string, Route>([
    ["/v1/models/emotion:predict", post(predict)],
    ["/v1/models/emotion:explain", post(explainText)],
    ["/v1/models/emotion:promote", post(promote)],
    ["/v1/models/emotion", get(() => describeModels(options))],
    ["/livez", get(() => jsonAnswer(200, { status: "live" }))],
    ["/readyz", get(() => ready(options))],
    ["/metrics", get(() => renderMetrics(options))],
    ["/openapi.json", get(() => jsonAnswer(200, OPENAPI_DOCUMENT))],
  ]);
}

async function predict(request: IncomingMessage, options: RouteOptions): Promise<PredictResponse> {
  const { host, queue, metrics, maxBodyBytes } = options;
  const body = await readJsonBody(request, { maxBytes: maxBodyBytes, example: '{"instances": ["text", …]}' });
  const { instances } = readPredictRequest(body);
  const answer = await queue.run(instances.length, (signal) => {
    return host.use(async ({ classifier, version }) => ({
      predictions: await classifier.classify(instances, signal, (text) => metrics.countWords(text)),
      modelVersion: version,
    }));
  });
  metrics.countTexts(instances.length);
  return answer;
}

async function explainText(request: IncomingMessage, options: RouteOptions): Promise<ExplainResponse> {
  const { host, queue, maxBodyBytes } = options;
  const body = await readJsonBody(request, { maxBytes: maxBodyBytes, example: '{"instance": "text"}' });
  const asked = readExplainRequest(body);
  return queue.run(1 + MAX_OCCLUSIONS, (signal) => {
    return host.use(async (model) => ({
      ...(await explain(model, asked, signal)),
      modelVersion: model.version,
    }));
  });
}

async function promote(request: IncomingMessage, options: RouteOptions): Promise<PromoteResponse> {
  const { host, registry, mirror, engine, watcher, maxBodyBytes } = options;
  const body = await readJsonBody(request, { maxBytes: maxBodyBytes, example: '{"version": "…", "actor": "…"}' });
  const { version, ...who } = readPromoteRequest(body);
  if (!watcher) throw refused("EMOTION_MODEL names the version to serve. Start the service without it to promote one.");
  const previous = host.current.version;
  const promoted = new Promoter(registry, engine).promote(version, who);
  const { note } = await promoted.then(pushedBy(mirror)).catch((error: unknown) => {
    throw error instanceof ModelError ? asServiceError(error) : error;
  });
  await watcher.check();
  const serving = host.current.version;
  if (serving !== version) {
    throw refused(watcher.refused?.reason ?? `Another promotion followed at once: ${serving} serves.`);
  }
  return { version, previous, ...(note !== undefined && { note }) };
}

/** Passes a promotion on once it is where others see it. */
function pushedBy(mirror: RouteOptions["mirror"]): (promotion: Promotion) => Promise<Promotion> {
  return async (promotion) => {
    await mirror?.push();
    return promotion;
  };
}

function asServiceError(error: ModelError): ServiceError {
  if (error instanceof VersionNotFound) {
    return new ServiceError(404, { code: "NOT_FOUND", message: error.message });
  }
  return refused(error.message);
}

function refused(message: string): ServiceError {
  return new ServiceError(409, { code: "REFUSED", message });
}

function ready({ host, watcher, isStopping }: RouteOptions): Answer {
  const stopping = isStopping();
  return jsonAnswer(stopping ? 503 : 200, readiness({ model: host.current, refused: watcher?.refused, stopping }));
}

async function renderMetrics({ metrics }: RouteOptions): Promise<Answer> {
  return { status: 200, headers: { "content-type": metrics.contentType }, body: await metrics.render() };
}

async function describeModels({ host, registry }: RouteOptions): Promise<Answer> {
  const { versions } = await registry.list();
  const serving = host.current.version;
  const models = versions.map(({ manifest }): ModelDescription => {
    const { version, createdAt, trainedOnRows, datasetSha256, parameters, metrics } = manifest;
    return { version, serving: version === serving, createdAt, trainedOnRows, datasetSha256, parameters, metrics };
  });
  return jsonAnswer(200, { name: "emotion", models } satisfies ModelsResponse);
}
