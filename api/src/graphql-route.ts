import type { IncomingMessage, ServerResponse } from "node:http";
import type { Access } from "./access.js";
import type { Admission } from "./admission.js";
import type { GraphQLAnswer } from "./execution-answer.js";
import type { GraphQLEndpoint } from "./graphql-endpoint.js";
import { type Answering, sendCompactly } from "./http-answer.js";
import { HttpError } from "./http-error.js";
import type { RateLimiter } from "./rate-limiter.js";
import type { BodyReader } from "./request-body.js";
import type { RequestObservation } from "./request-observation.js";
import { Spending } from "./spending.js";

/** Answers one kind of address. */
export type Route = (exchange: Exchange) => Promise<void>;

/** A request and its answer. */
export interface Exchange extends Answering {
  request: IncomingMessage;
  response: ServerResponse;
  observation: RequestObservation;
}

export interface GraphQLRouteParts {
  graphql: GraphQLEndpoint;
  access: Access;
  /** Without it nobody is limited. */
  limiter?: RateLimiter | undefined;
  admission: Admission;
  bodies: BodyReader;
  /** A page for people, for a GET of a browser. */
  explorer?: Route | undefined;
}

const MEDIA_TYPE = "application/json";

/** Only UTF-8 is JSON (RFC 8259, 8.1). */
const UTF8 = /^charset="?utf-?8"?$/i;

/** GraphQL over HTTP: POST only, JSON only, and no more at a time than the server can bear. */
export function graphqlRoute(parts: GraphQLRouteParts): Route {
  return async (exchange) => {
    const { request } = exchange;
    if (request.method !== "POST") return withoutPost(parts, exchange);
    checkContent(request);
    const { access, limiter, bodies, admission, graphql } = parts;
    const found = access.callerOf(request);
    const caller = found instanceof Promise ? await found : found;
    const spending = limiter && (await Spending.begin(limiter, caller.client));
    const body = await bodies.read(request);
    const { requestId, response, observation } = exchange;
    const { actor, scopes, client } = caller;
    const turn = admission.enter(response);
    if (turn !== undefined) await turn;
    let answer: GraphQLAnswer;
    try {
      answer = await graphql.answer(body, { requestId, actor, scopes, client, spending, observation });
    } finally {
      admission.leave();
    }
    const retryAfter = spending?.retryAfterSeconds;
    if (retryAfter === undefined) return sendCompactly(exchange, answer);
    return sendCompactly(exchange, {
      ...answer,
      status: 429,
      headers: { ...answer.headers, "retry-after": String(retryAfter) },
    });
  };
}

async function withoutPost({ explorer }: GraphQLRouteParts, exchange: Exchange): Promise<void> {
  const { method, headers } = exchange.request;
  const isBrowser = (method === "GET" || method === "HEAD") && (headers.accept ?? "").includes("text/html");
  if (explorer !== undefined && isBrowser) return explorer(exchange);
  throw new HttpError(405, "method", `GraphQL is served by POST only, not by ${method}.`, { allow: "POST" });
}

function checkContent({ headers }: IncomingMessage): void {
  const given = headers["content-type"];
  // A browser sends this type to another origin only after asking, so no page elsewhere can run anything here.
  if (given !== MEDIA_TYPE) {
    const [type, ...parameters] = (given ?? "").split(";").map((part) => part.trim());
    if (type?.toLowerCase() !== MEDIA_TYPE) throw unsupported("content-type", given, `send ${MEDIA_TYPE}`);
    const charset = parameters.find((parameter) => /^charset=/i.test(parameter));
    if (charset !== undefined && !UTF8.test(charset)) throw unsupported("content-type", given, "encode it as UTF-8");
  }
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    throw unsupported("content-encoding", encoding, "send the body as it is", { "accept-encoding": "identity" });
  }
}

function unsupported(header: string, value = "", instead: string, headers: Record<string, string> = {}): HttpError {
  const shown = JSON.stringify(value.slice(0, 100));
  return new HttpError(415, header, `The ${header} is ${shown}; ${instead}.`, headers);
}
