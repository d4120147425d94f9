import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Logger } from "pino";
import sirv from "sirv";
import type { Access } from "./access.js";
import { httpFormOf } from "./client-error-response.js";
import type { Cors } from "./cors.js";
import { masked } from "./error-masking.js";
import { ClientError, forbidden } from "./errors.js";
import { EXPORTS_PATH, type FileExportStore } from "./file-export-store.js";
import type { GraphQLEndpoint } from "./graphql-endpoint.js";
import { HttpError } from "./http-error.js";
import type { Metrics } from "./metrics.js";
import type { RateLimiter } from "./rate-limiter.js";
import { readBody } from "./request-body.js";
import { Spending } from "./spending.js";

/** The most bytes of a request's body. */
export const MAX_BODY = 256 * 1024;

/** Says whether this instance can do its work, and what it works with. */
export type Readiness = () => Promise<{ ready: boolean; details: Record<string, unknown> }>;

export interface AppParts {
  graphql: GraphQLEndpoint;
  exports: FileExportStore;
  readiness: Readiness;
  metrics: Metrics;
  log: Logger;
  /** The folder of the built web page. */
  page: string;
  access: Access;
  /** Without it nobody is limited. */
  limiter?: RateLimiter | undefined;
  cors: Cors;
  /** Refuse requests that a browser was tricked into sending here under another name (DNS rebinding). */
  onlyLocalHosts: boolean;
}

const SECURITY_HEADERS: readonly (readonly [string, string])[] = [
  [
    "content-security-policy",
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  ],
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "no-referrer"],
  ["cross-origin-opener-policy", "same-origin"],
  ["cross-origin-resource-policy", "same-origin"],
];

const LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

/** What pages of configured other origins may use, and by which method. */
const CROSS_ORIGIN: Readonly<Record<string, string>> = {
  "/graphql": "POST",
  "/config.json": "GET",
  [EXPORTS_PATH]: "GET",
};

type Route = (request: IncomingMessage, response: ServerResponse, requestId: string) => Promise<void>;

/** Everything that one address serves: the page, GraphQL, export files, health and metrics. */
export function createApp(parts: AppParts): RequestListener {
  const page = sirv(parts.page, { etag: true, setHeaders: cacheHeaders });
  const routes: Record<string, Route> = {
    "/graphql": (request, response, requestId) => answerGraphQL(parts, { request, response, requestId }),
    "/livez": async (_request, response) => sendJson(response, 200, { status: "alive" }),
    "/readyz": async (_request, response) => answerReadiness(parts, response),
    "/config.json": async (_request, response) => sendJson(response, 200, parts.access.signIn),
    "/metrics": async (request, response) => {
      await demandAdmin(parts.access, request);
      response.writeHead(200, { "content-type": parts.metrics.registry.contentType });
      response.end(await parts.metrics.registry.metrics());
    },
    [EXPORTS_PATH]: (request, response) => sendExport(parts.exports, request, response),
  };
  return async (request, response) => {
    const started = performance.now();
    const requestId = randomUUID();
    for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
    response.setHeader("x-request-id", requestId);
    const path = routeOf(request.url ?? "/");
    response.once("close", () =>
      parts.metrics.observe(path, response.statusCode, (performance.now() - started) / 1000),
    );
    try {
      refuseForeignHost(parts, request);
      const method = CROSS_ORIGIN[path];
      if (method !== undefined && parts.cors.handle(request, response, method)) return;
      const route = routes[path];
      if (route === undefined) page(request, response, () => sendNotFound(response));
      else await route(request, response, requestId);
    } catch (error) {
      sendError(response, error, requestId, parts.log);
    }
  };
}

/** The route of a request, which also is its label in the metrics; what is no route is the page's. */
function routeOf(url: string): string {
  const path = url.split("?", 1)[0] ?? url;
  if (path.startsWith(EXPORTS_PATH)) return EXPORTS_PATH;
  return ["/graphql", "/livez", "/readyz", "/metrics", "/config.json"].includes(path) ? path : "page";
}

function cacheHeaders(response: ServerResponse, path: string): void {
  // Vite puts a hash of the content into the names under /assets/.
  response.setHeader("cache-control", path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
}

function refuseForeignHost({ onlyLocalHosts }: AppParts, request: IncomingMessage): void {
  if (!onlyLocalHosts || LOCAL_HOST.test(request.headers.host ?? "")) return;
  throw new HttpError(403, "host", "This server answers only under localhost, 127.0.0.1 and [::1].");
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  requestId: string;
}

async function answerGraphQL(parts: AppParts, { request, response, requestId }: Exchange): Promise<void> {
  if (request.method !== "POST") {
    throw new HttpError(405, "method", "GraphQL is served by POST only.", { allow: "POST" });
  }
  // A browser sends this type to another origin only after asking, so no page elsewhere can run anything here.
  const type = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new HttpError(
      415,
      "content-type",
      `The content type is ${JSON.stringify(type ?? "")}; send application/json.`,
    );
  }
  const caller = await parts.access.callerOf(request);
  const spending = parts.limiter && (await Spending.begin(parts.limiter, caller.client));
  const answer = await parts.graphql.answer(await readBody(request, MAX_BODY), { requestId, ...caller, spending });
  const retryAfter = spending?.retryAfterSeconds;
  if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
  sendBody(response, retryAfter === undefined ? answer.status : 429, answer.body);
}

/** How busy the server is and what fails is nobody's business but the operators'. */
async function demandAdmin(access: Access, request: IncomingMessage): Promise<void> {
  const { scopes } = await access.callerOf(request);
  if (!scopes.has("admin")) throw forbidden("/metrics", ["admin"]);
}

async function answerReadiness({ readiness }: AppParts, response: ServerResponse): Promise<void> {
  const { ready, details } = await readiness();
  sendJson(response, ready ? 200 : 503, { status: ready ? "ready" : "unavailable", ...details });
}

async function sendExport(exports: FileExportStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const found = await exports.open(new URL(request.url ?? "/", "http://localhost"));
  if (found === undefined) {
    return sendJson(response, 404, {
      error: "There is no such file, or its address has expired. Ask for another export.",
    });
  }
  response.writeHead(200, {
    "content-type": "text/csv; charset=utf-8",
    "content-length": found.byteCount,
    "content-disposition": `attachment; filename="${found.name}"`,
    "cache-control": "private, no-store",
  });
  await pipeline(found.file.createReadStream(), response).catch(() => response.destroy());
}

function sendNotFound(response: ServerResponse): void {
  sendJson(response, 404, { error: "There is nothing at this address. The page is at /, GraphQL at /graphql." });
}

function sendError(response: ServerResponse, error: unknown, requestId: string, log: Logger): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
  } else if (error instanceof HttpError) {
    for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
    const extensions = { code: "BAD_USER_INPUT", argument: error.part };
    sendJson(response, error.status, { errors: [{ message: error.message, extensions }] });
  } else if (error instanceof ClientError) {
    const { status, headers } = httpFormOf(error);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    sendJson(response, status, { errors: [{ message: error.message, extensions: error.extensions }] });
  } else {
    log.error({ err: error, requestId }, "unexpected error");
    sendJson(response, 500, { errors: [masked(requestId)] });
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  sendBody(response, status, JSON.stringify(body));
}

function sendBody(response: ServerResponse, status: number, body: string): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": bytes.length,
    "cache-control": "no-store",
  });
  response.end(bytes);
}
