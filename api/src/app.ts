import type { RequestListener, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Logger } from "pino";
import sirv from "sirv";
import type { Cors } from "./cors.js";
import { forbidden } from "./errors.js";
import { EXPORTS_PATH, type ExportDownloads } from "./export-store.js";
import { type Exchange, type GraphQLRouteParts, graphqlRoute, type Route } from "./graphql-route.js";
import { allowConnections, sendError, sendJson, setCommonHeaders } from "./http-answer.js";
import { HttpError } from "./http-error.js";
import type { Metrics } from "./metrics.js";
import { RequestObservation } from "./request-observation.js";
import { targetOf } from "./request-target.js";

/** Says whether this instance can do its work, and what it works with. */
export type Readiness = () => Promise<{ ready: boolean; details: Record<string, unknown> }>;

export interface AppParts extends GraphQLRouteParts {
  /** Without it export files are served elsewhere. */
  downloads?: ExportDownloads | undefined;
  readiness: Readiness;
  /** The schema in its own language. */
  schema: () => string;
  /** Without them /metrics is not there. */
  metrics?: Metrics | undefined;
  log: Logger;
  /** The folder of the built web page; without it the page is served elsewhere. */
  page?: string | undefined;
  cors: Cors;
  /** Refuse requests that a browser was tricked into sending here under another name (DNS rebinding). */
  onlyLocalHosts: boolean;
}

/** The file of the explorer's page. */
const EXPLORER = "/explorer.html";

/** What pages of configured other origins may use, and by which method. */
const CROSS_ORIGIN: Readonly<Record<string, string>> = {
  "/graphql": "POST",
  "/config.json": "GET",
  [EXPORTS_PATH]: "GET",
};

/** Everything that one address serves: the page, GraphQL, export files, health and metrics. */
export function createApp(parts: AppParts): RequestListener {
  const routes = createRoutes(parts);
  return (request, response) => {
    const observation = new RequestObservation(request, parts);
    const exchange: Exchange = { request, response, requestId: observation.requestId, observation };
    const failed = (error: unknown) => sendError(exchange, error, parts.log);
    response.once("close", () => observation.end(response.statusCode, response.writableFinished));
    try {
      const target = targetOf(request, parts);
      // Of whatever is no route the page may know something.
      const path = routeOf(target.path);
      request.url = target.url;
      // The answer to an operation brings them itself, which is cheaper.
      if (path !== "/graphql" || request.method !== "POST") setCommonHeaders(exchange);
      const method = CROSS_ORIGIN[path];
      if (method !== undefined && parts.cors.handle(request, response, method)) return;
      observation.run(path, () => routes[path]?.(exchange))?.catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}

function createRoutes(parts: AppParts): Readonly<Record<string, Route>> {
  const asBuilt = { etag: true, brotli: true, gzip: true, setHeaders: cacheHeaders };
  const page = parts.page === undefined ? undefined : sirv(parts.page, asBuilt);
  return {
    "/graphql": graphqlRoute({ ...parts, explorer: explorerRoute(page) }),
    "/schema.graphql": onlyGet(async ({ request, response }) => {
      // For everybody who is let in, whatever for.
      await parts.access.callerOf(request);
      response.writeHead(200, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-cache" });
      response.end(parts.schema());
    }),
    "/livez": onlyGet(async (exchange) => sendJson(exchange, 200, { status: "alive" })),
    "/readyz": onlyGet(async (exchange) => {
      const { ready, details } = await parts.readiness();
      sendJson(exchange, ready ? 200 : 503, { status: ready ? "ready" : "unavailable", ...details });
    }),
    "/config.json": onlyGet(async (exchange) => sendJson(exchange, 200, parts.access.signIn)),
    "/metrics": onlyGet(async (exchange) => {
      const { request, response } = exchange;
      // How busy the server is and what fails is nobody's business but the operators'.
      const { scopes } = await parts.access.callerOf(request);
      if (!scopes.has("admin")) throw forbidden("/metrics", ["admin"]);
      if (parts.metrics === undefined) return sendNotFound(exchange);
      const { registry } = parts.metrics;
      response.writeHead(200, { "content-type": registry.contentType });
      response.end(await registry.metrics());
    }),
    [EXPORTS_PATH]: onlyGet((exchange) => sendExport(parts.downloads, exchange)),
    page: onlyGet(async (exchange) => {
      if (page === undefined) return sendNotFound(exchange);
      allowConnections(exchange, await parts.access.signInOrigins());
      page(exchange.request, exchange.response, () => sendNotFound(exchange));
    }),
  };
}

/** Answers with the explorer's page, or with the way to it where the page is served elsewhere. */
function explorerRoute(page: ReturnType<typeof sirv> | undefined): Route {
  return async (exchange) => {
    const { request, response } = exchange;
    if (page === undefined) {
      response.writeHead(302, { location: EXPLORER, "cache-control": "no-store" });
      response.end();
      return;
    }
    request.url = EXPLORER;
    page(request, response, () => sendNotFound(exchange));
  };
}

function onlyGet(route: Route): Route {
  return async (exchange) => {
    const { method } = exchange.request;
    if (method === "GET" || method === "HEAD") return route(exchange);
    throw new HttpError(405, "method", `This address is served by GET only, not by ${method}.`, { allow: "GET, HEAD" });
  };
}

const ROUTES = ["/graphql", "/schema.graphql", "/livez", "/readyz", "/metrics", "/config.json"];

/** The route of a path, which also is its label in the metrics; what is no route is the page's. */
function routeOf(path: string): string {
  if (path.startsWith(EXPORTS_PATH)) return EXPORTS_PATH;
  return ROUTES.includes(path) ? path : "page";
}

function cacheHeaders(response: ServerResponse, path: string): void {
  // Vite puts a hash of the content into the names under /assets/.
  response.setHeader("cache-control", path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
}

async function sendExport(downloads: ExportDownloads | undefined, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const found = await downloads?.open(new URL(`http://localhost${request.url}`));
  if (found === undefined) {
    return sendJson(exchange, 404, {
      error: "There is no such file, or its address has expired. Ask for another export.",
    });
  }
  response.writeHead(200, {
    "content-type": "text/csv; charset=utf-8",
    "content-length": found.byteCount,
    "content-disposition": `attachment; filename="${found.name}"`,
    "cache-control": "private, no-store",
  });
  if (request.method === "HEAD") {
    found.content.destroy();
    response.end();
  } else await pipeline(found.content, response).catch(() => response.destroy());
}

function sendNotFound(exchange: Exchange): void {
  sendJson(exchange, 404, { error: "There is nothing at this address. The page is at /, GraphQL at /graphql." });
}
