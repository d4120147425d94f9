import type { ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import Negotiator from "negotiator";
import type { Logger } from "pino";
import { httpFormOf } from "./client-error-response.js";
import { masked } from "./error-masking.js";
import { ClientError } from "./errors.js";
import { HttpError } from "./http-error.js";

/** What a page may load and ask. @param connect origins beside its own that it may ask */
function contentSecurityPolicy(connect: readonly string[] = []): string {
  const asked = connect.length === 0 ? "" : `connect-src 'self' ${connect.join(" ")}; `;
  return `default-src 'self'; ${asked}img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'`;
}

/** Characters from which on an answer is compressed; a smaller one travels as quickly as it is. */
const WORTH_COMPRESSING = 4096;

const compress = promisify(gzip);

/** Go with every answer; a flat list, as `writeHead` takes it. */
const SECURITY_HEADERS: readonly string[] = [
  "content-security-policy",
  contentSecurityPolicy(),
  "x-content-type-options",
  "nosniff",
  "referrer-policy",
  "no-referrer",
  "cross-origin-opener-policy",
  "same-origin",
  "cross-origin-resource-policy",
  "same-origin",
];

const JSON_HEADERS: readonly string[] = [
  ...SECURITY_HEADERS,
  "content-type",
  "application/json; charset=utf-8",
  "cache-control",
  "no-store",
];

/** An HTTP answer that is on its way, and the id of its request. */
export interface Answering {
  response: ServerResponse;
  requestId: string;
}

/** Sets the headers of every answer, for one whose head is written elsewhere. */
export function setCommonHeaders({ response, requestId }: Answering): void {
  for (let at = 0; at < SECURITY_HEADERS.length; at += 2) {
    response.setHeader(SECURITY_HEADERS[at] as string, SECURITY_HEADERS[at + 1] as string);
  }
  response.setHeader("x-request-id", requestId);
}

/** Lets the page that is answered ask other origins, too. */
export function allowConnections({ response }: Pick<Answering, "response">, origins: readonly string[]): void {
  response.setHeader("content-security-policy", contentSecurityPolicy(origins));
}

/** What is answered as JSON. */
export interface JsonAnswer<Body = string> {
  status: number;
  /** JSON already. */
  body: Body;
  headers?: Readonly<Record<string, string>>;
}

/** Answers with JSON and the headers of every answer, in one piece: setting them one by one costs more. */
export function sendText(
  { response, requestId }: Answering,
  { status, body, headers }: JsonAnswer<string | Buffer>,
): void {
  const head = [...JSON_HEADERS, "x-request-id", requestId, "content-length", String(Buffer.byteLength(body))];
  for (const name in headers) head.push(name, headers[name] as string);
  response.writeHead(status, head);
  response.end(body);
}

/** Answers like `sendText`, but with a long body compressed where the client reads that. */
export function sendCompactly(answering: Answering, answer: JsonAnswer): Promise<void> | void {
  const { response } = answering;
  if (answer.body.length < WORTH_COMPRESSING || !readsGzip(response)) return sendText(answering, answer);
  return compress(answer.body).then((body) => {
    const headers = { ...answer.headers, "content-encoding": "gzip" };
    // The client may have gone meanwhile.
    if (!response.destroyed) sendText(answering, { ...answer, headers, body });
  });
}

function readsGzip({ req }: ServerResponse): boolean {
  return req.headers["accept-encoding"] !== undefined && new Negotiator(req).encoding(["gzip"]) === "gzip";
}

export function sendJson(answering: Answering, status: number, value: unknown): void {
  sendText(answering, { status, body: JSON.stringify(value) });
}

/** Answers with what an error says to the client; one that is not meant for it is logged and masked. */
export function sendError(answering: Answering, error: unknown, log: Logger): void {
  const { response, requestId } = answering;
  if (response.headersSent || response.destroyed) {
    response.destroy();
  } else if (error instanceof HttpError) {
    const { status, headers, message, extensions } = error;
    sendText(answering, { status, headers, body: JSON.stringify({ errors: [{ message, extensions }] }) });
  } else if (error instanceof ClientError) {
    const { message, extensions } = error;
    sendText(answering, { ...httpFormOf(error), body: JSON.stringify({ errors: [{ message, extensions }] }) });
  } else {
    log.error({ err: error, requestId }, "unexpected error");
    sendJson(answering, 500, { errors: [masked(requestId)] });
  }
}
