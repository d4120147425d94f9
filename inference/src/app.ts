import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { Metrics } from "./metrics.js";
import { type Answer, createRoutes, jsonAnswer, type Route, type RouteOptions } from "./routes.js";
import { type ErrorResponse, ServiceError } from "./service-error.js";
import { type WorkLimits, WorkQueue } from "./work-queue.js";

/** What the app is made of. */
export interface AppOptions
  extends Pick<RouteOptions, "host" | "registry" | "mirror" | "engine" | "watcher" | "metrics" | "maxBodyBytes"> {
  limits: WorkLimits;
  /** Takes what an operator must know: never a text that a person typed. */
  log: Logger;
}

// nginx's name for it: the client went away before it had its answer.
const CLIENT_CLOSED_REQUEST = 499;

// Closing a connection while its client still sends would reset it, and the answer would be lost.
const LINGER_MS = 1000;

/** The service without its listening: answers requests, and counts and masks what goes wrong. */
export class App {
  readonly #metrics: Metrics;
  readonly #log: Logger;
  readonly #routes: ReadonlyMap<string, Route>;
  #stopping = false;
  #inFlight = 0;

  constructor({ log, limits, ...options }: AppOptions) {
    this.#log = log;
    this.#metrics = options.metrics;
    const queue = new WorkQueue(limits, options.metrics);
    this.#routes = createRoutes({ ...options, queue, isStopping: () => this.#stopping });
  }

  /** How many requests have begun and are not yet answered in full. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** From now on refuses to classify, with status 503, and closes each connection with its answer. */
  beginShutdown(): void {
    this.#stopping = true;
  }

  /** What a `node:http` server calls for each request. */
  readonly handle: RequestListener = (request, response) => {
    const path = pathOf(request);
    this.#observe(this.#routes.has(path) ? path : "unknown", response);
    this.#answer(path, request)
      .catch((error: unknown) => this.#errorAnswer(error, request))
      .then((answer) => this.#send(answer, response));
  };

  #observe(route: string, response: ServerResponse): void {
    const startedAt = performance.now();
    this.#inFlight += 1;
    response.once("close", () => {
      this.#inFlight -= 1;
      const status = response.writableFinished ? response.statusCode : CLIENT_CLOSED_REQUEST;
      this.#metrics.observeRequest(route, status, (performance.now() - startedAt) / 1000);
    });
  }

  async #answer(path: string, request: IncomingMessage): Promise<Answer> {
    const route = this.#routes.get(path);
    if (!route) throw notFound([...this.#routes.keys()]);
    const method = request.method === "HEAD" ? "GET" : request.method;
    if (method !== route.method) throw methodNotAllowed(route);
    if (this.#stopping && !route.whileStopping) throw shuttingDown();
    return route.answer(request);
  }

  #errorAnswer(error: unknown, request: IncomingMessage): Answer {
    if (error instanceof ServiceError) {
      const answer = jsonAnswer(error.status, { error: error.details } satisfies ErrorResponse);
      return { ...answer, headers: { ...answer.headers, ...error.headers } };
    }
    const requestId = randomUUID();
    const message = "The service failed on this request. Tell the operator the request id.";
    // A client that went away mid-request is no fault of the service.
    if (!request.socket.destroyed) this.#log.error({ requestId, stack: (error as Error).stack }, "request failed");
    return jsonAnswer(500, { error: { code: "INTERNAL", message, requestId } } satisfies ErrorResponse);
  }

  #send({ status, headers, body }: Answer, response: ServerResponse): void {
    response.writeHead(status, {
      ...headers,
      ...(this.#stopping && { connection: "close" }),
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    if (status === 413) linger(response, body);
    else response.end(body);
  }
}

function pathOf({ url = "/" }: IncomingMessage): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}

/** Gives an answer in full at once, but leaves the client a moment to read it before the connection ends. */
function linger(response: ServerResponse, body: string): void {
  response.write(body);
  const timer = setTimeout(() => response.end(), LINGER_MS);
  response.once("close", () => clearTimeout(timer));
}

function notFound(paths: readonly string[]): ServiceError {
  return new ServiceError(404, { code: "NOT_FOUND", message: `There is nothing here. There is: ${paths.join(", ")}.` });
}

function methodNotAllowed({ method }: Route): ServiceError {
  const allow = method === "GET" ? "GET, HEAD" : method;
  return new ServiceError(405, { code: "METHOD_NOT_ALLOWED", message: `Use ${allow} here.` }, { allow });
}

function shuttingDown(): ServiceError {
  return new ServiceError(503, {
    code: "SHUTTING_DOWN",
    message: "The service is shutting down. Try again in a moment.",
  });
}
