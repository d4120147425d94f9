import type { PlainAnswer, PlainRequest } from "./in-process-exchange.js";

/**
 * What API Gateway's HTTP APIs and Lambda's function URLs send, in payload format 2.0: as much of it as is used.
 * See https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export interface ApiGatewayEvent {
  version: "2.0";
  rawPath: string;
  rawQueryString?: string;
  /** They are not among the headers. */
  cookies?: readonly string[];
  /** Several values of one name are joined by commas. */
  headers?: Readonly<Record<string, string | undefined>>;
  requestContext: {
    http: { method: string; sourceIp?: string };
    domainName?: string;
    stage?: string;
    requestId?: string;
  };
  body?: string | null;
  isBase64Encoded?: boolean;
}

/** What API Gateway takes for an answer. */
export interface ApiGatewayAnswer {
  statusCode: number;
  headers: Record<string, string>;
  cookies?: string[];
  body: string;
  isBase64Encoded: boolean;
}

/** Bodies of other types go through API Gateway as base64, which makes them a third larger. */
const TEXT = /^(?:text\/|application\/(?:json|javascript)\b|image\/svg\+xml\b)/;

/** @throws an error for the operator when it is no event of payload format 2.0 */
export function requestOf(event: unknown): PlainRequest {
  if (!isApiGatewayEvent(event)) throw new Error(`${refusalOf(event)} Use payload format version 2.0.`);
  const { rawPath, rawQueryString = "", requestContext, body, isBase64Encoded } = event;
  return {
    method: requestContext.http.method.toUpperCase(),
    url: pathOf(rawPath, requestContext.stage) + (rawQueryString === "" ? "" : `?${rawQueryString}`),
    headers: headersOf(event),
    body: Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8"),
    remoteAddress: requestContext.http.sourceIp,
  };
}

export function answerOf({ status, headers, body }: PlainAnswer): ApiGatewayAnswer {
  const single: Record<string, string> = {};
  const cookies: string[] = [];
  for (const [name, value] of headers) {
    if (name === "set-cookie") cookies.push(value);
    else single[name] = single[name] === undefined ? value : `${single[name]}, ${value}`;
  }
  const isText = TEXT.test(single["content-type"] ?? "text/plain") && single["content-encoding"] === undefined;
  return {
    statusCode: status,
    headers: single,
    ...(cookies.length > 0 && { cookies }),
    body: body.toString(isText ? "utf8" : "base64"),
    isBase64Encoded: !isText,
  };
}

function isApiGatewayEvent(event: unknown): event is ApiGatewayEvent {
  const { version, rawPath, requestContext } = (event ?? {}) as Partial<ApiGatewayEvent>;
  return version === "2.0" && typeof rawPath === "string" && typeof requestContext?.http?.method === "string";
}

function refusalOf(event: unknown): string {
  const { version, httpMethod } = (event ?? {}) as { version?: unknown; httpMethod?: unknown };
  if (version === "1.0" || httpMethod !== undefined) return "This is an event of API Gateway in payload format 1.0.";
  return "This is no event of an API Gateway HTTP API or a Lambda function URL.";
}

function headersOf({ headers = {}, cookies = [], requestContext }: ApiGatewayEvent): Record<string, string> {
  const lowerCase: Record<string, string> = {};
  if (requestContext.domainName !== undefined) lowerCase.host = requestContext.domainName;
  for (const [name, value] of Object.entries(headers)) if (value != null) lowerCase[name.toLowerCase()] = String(value);
  if (cookies.length > 0) lowerCase.cookie = cookies.join("; ");
  return lowerCase;
}

/** API Gateway decodes the path and puts a named stage before it; what it decoded must not become a query. */
function pathOf(rawPath: string, stage: string | undefined): string {
  const prefix = `/${stage}`;
  const path = rawPath === prefix || rawPath.startsWith(`${prefix}/`) ? rawPath.slice(prefix.length) : rawPath;
  return path.toWellFormed().replace(/[^\w\-.~!$&'()*+,;=:@/%]/gu, encodeURIComponent) || "/";
}
