import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type ConstantGateway, startConstantGateway } from "../support/constant-gateway.js";
import { PREDICT, post } from "../support/graphql.js";
import { sendRaw } from "../support/raw-http.js";

/** Whatever a client sends, it never gets a 500, never an unexplained error, and never brings the server down. */

let server: ConstantGateway;

beforeAll(async () => {
  server = await startConstantGateway({
    trusted: [{ text: PREDICT, file: "fuzz" }],
    serverLimits: { headersTimeout: 500, requestTimeout: 1000, connectionsCheckingInterval: 100 },
  });
});
afterAll(async () => {
  const last = await post(server.address, '{"query":"{ __typename }"}');
  await server.stop();
  expect(last.status).toBe(200);
  expect(server.log()).not.toMatch(/"level":[56]0/);
});

interface Fault {
  message: string;
  extensions: { code: string };
}

async function expectExplained(answer: Response): Promise<void> {
  expect(answer.status).toBeLessThan(500);
  const { errors = [] } = (await answer.json()) as { errors?: Fault[] };
  if (answer.status !== 200) expect(errors).not.toHaveLength(0);
  for (const { message, extensions } of errors) {
    expect(message).toMatch(/\w/);
    expect(extensions.code).not.toBe("INTERNAL_SERVER_ERROR");
  }
}

const nested = (depth: number, [open, close]: readonly [string, string]) => open.repeat(depth) + close.repeat(depth);
const withQuery = (query: string) => JSON.stringify({ query });
const withText = (json: string) => `{"query":${JSON.stringify(PREDICT)},"variables":${json}}`;

test.each<[string, string | Uint8Array<ArrayBuffer>]>([
  ["nothing", ""],
  ["a byte order mark", '\ufeff{"query":"{ __typename }"}'],
  ["a deep list", nested(100_000, ["[", "]"])],
  ["a deep object", nested(40_000, ['{"a":', "}"])],
  ["deep variables", withText(`{"text":${nested(50_000, ["[", "]"])}}`)],
  [
    "a deep filter",
    `{"query":"query($f:PredictionFilter){predictions(filter:$f){edges{cursor}}}","variables":{"f":${'{"status":'.repeat(5000)}1${"}".repeat(5000)}}}`,
  ],
  ["__proto__ as a key", '{"__proto__":{"query":"{ __typename }"},"constructor":1}'],
  ["__proto__ among the variables", withText('{"__proto__":{"text":"x"},"text":"a"}')],
  ["__proto__ as the operation", `{"query":"query __proto__ { __typename }","operationName":"__proto__"}`],
  ["constructor as the operation", `{"query":"{ __typename }","operationName":"constructor"}`],
  ["__proto__ as an alias", withQuery("{ __proto__: __typename constructor: __typename toString: __typename }")],
  [
    "__proto__ as a variable",
    `{"query":"query($__proto__: Int) { predictions(first: $__proto__) { edges { cursor } } }","variables":{"__proto__":1}}`,
  ],
  ["a huge number", withText('{"text":1e999}')],
  ["a number of many digits", withText(`{"text":${"9".repeat(100_000)}}`)],
  ["lone surrogates", withText('{"text":"\\ud800","key":"\\udfff"}')],
  ["a lone surrogate in the document", withQuery("{ \ud800 }")],
  ["NUL in the document", withQuery("{ \0 }")],
  ["a document of white space", withQuery(" ".repeat(100_000))],
  ["a document of comments", withQuery("#\n".repeat(50_000))],
  ["a long name", withQuery(`{ ${"a".repeat(200_000)} }`)],
  ["a long wrong value", withText(`{"text":[${JSON.stringify("x".repeat(200_000))}]}`)],
  [
    "many wrong values",
    `{"query":"mutation($f:ExportFilter){exportCsv(filter:$f){id}}","variables":{"f":{"status":[${'"x",'.repeat(5000)}1]}}}`,
  ],
  ["a value that reads like a suggestion", withText(`{"text":["${'Did you mean \\"x\\"?'.repeat(5000)}"]}`)],
  ["deferring", withQuery("{ ... @defer { __typename } }")],
  ["a subscription", withQuery("subscription { predictions { edges { cursor } } }")],
  ["a type definition", withQuery("type Query { a: Int }")],
  ["a fragment alone", withQuery("fragment F on Query { __typename }")],
  ["a persisted query", '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}'],
  ["invalid UTF-8", new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
  ["UTF-16", new Uint8Array(Buffer.from('{"query":"{ __typename }"}', "utf16le"))],
])("%s", async (_, body) => expectExplained(await post(server.address, body)));

const json = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.jsonValue({ maxDepth: 3 }).map((value) => withText(JSON.stringify(value))),
);
const member = (value: unknown) => JSON.stringify(value);
const request = fc
  .record(
    {
      query: fc.oneof(
        fc.constantFrom(PREDICT, "{ model { version } }", "mutation { undo(predictionId: 1) { id } }"),
        fc.jsonValue(),
        fc.string(),
      ),
      variables: fc.oneof(
        fc.dictionary(fc.constantFrom("text", "key", "__proto__", "a"), fc.jsonValue()),
        fc.jsonValue(),
      ),
      operationName: fc.oneof(fc.constantFrom("", "toString"), fc.jsonValue()),
      extensions: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  .map(member);

test("generated bodies", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(request, json, fc.string({ unit: "binary" })), async (body) =>
      expectExplained(await post(server.address, body)),
    ),
    { numRuns: 200, seed: 20261125 },
  );
}, 120_000);

const MODEL = '{"query":"{ model { version } }"}';
const LENGTH = `content-length: ${MODEL.length}`;
const TYPE = "content-type: application/json";

test.each<[string, string, number[]]>([
  ["HEAD", "HEAD /graphql HTTP/1.1\r\nhost: localhost", [405]],
  ["OPTIONS", "OPTIONS /graphql HTTP/1.1\r\nhost: localhost", [405]],
  ["OPTIONS *", "OPTIONS * HTTP/1.1\r\nhost: localhost", [400]],
  ["PUT", `PUT /graphql HTTP/1.1\r\nhost: localhost\r\n${TYPE}\r\n${LENGTH}`, [405]],
  ["PUT of a page", `PUT / HTTP/1.1\r\nhost: localhost\r\n${LENGTH}`, [405]],
  ["TRACE", "TRACE /graphql HTTP/1.1\r\nhost: localhost", [405]],
  ["an unknown method", "BREW /graphql HTTP/1.1\r\nhost: localhost", [400]],
  ["CONNECT", "CONNECT localhost:1 HTTP/1.1\r\nhost: localhost", [0, 400, 405]],
  ["an absolute form", `POST http://localhost/graphql HTTP/1.1\r\nhost: localhost\r\n${TYPE}\r\n${LENGTH}`, [200]],
  [
    "an absolute form for another host",
    `POST http://evil.example/graphql HTTP/1.1\r\nhost: localhost\r\n${TYPE}\r\n${LENGTH}`,
    [403],
  ],
  ["no slash", "GET graphql HTTP/1.1\r\nhost: localhost", [400]],
  ["NUL in a path", "GET /%00 HTTP/1.1\r\nhost: localhost", [404]],
  ["NUL in an export", "GET /exports/%00.csv?expires=1&signature=x HTTP/1.1\r\nhost: localhost", [404]],
  ["a broken escape", "GET /%zz HTTP/1.1\r\nhost: localhost", [404]],
  ["a way up", "GET /../../../../etc/passwd HTTP/1.1\r\nhost: localhost", [404]],
  ["an escaped way up", "GET /..%2f..%2f..%2fetc%2fpasswd HTTP/1.1\r\nhost: localhost", [404]],
  ["a way up from an export", "GET /exports/../../etc/passwd HTTP/1.1\r\nhost: localhost", [404]],
  ["two slashes", "GET //evil.example/graphql HTTP/1.1\r\nhost: localhost", [404]],
  ["no host", `POST /graphql HTTP/1.1\r\n${TYPE}\r\n${LENGTH}`, [400]],
  ["two lengths", `POST /graphql HTTP/1.1\r\nhost: localhost\r\n${TYPE}\r\n${LENGTH}\r\ncontent-length: 5`, [400]],
  [
    "a length and chunks",
    `POST /graphql HTTP/1.1\r\nhost: localhost\r\n${TYPE}\r\n${LENGTH}\r\ntransfer-encoding: chunked`,
    [400],
  ],
  [
    "an unknown transfer encoding",
    `POST /graphql HTTP/1.1\r\nhost: localhost\r\n${TYPE}\r\ntransfer-encoding: xchunked`,
    [400, 408],
  ],
  ["a negative length", `POST /graphql HTTP/1.1\r\nhost: localhost\r\n${TYPE}\r\ncontent-length: -5`, [400]],
  ["a space before a colon", `POST /graphql HTTP/1.1\r\nhost: localhost\r\n${TYPE}\r\ncontent-length : 5`, [400]],
  ["a folded header", `POST /graphql HTTP/1.1\r\nhost: localhost\r\nx: y\r\n z: w\r\n${TYPE}\r\n${LENGTH}`, [400]],
  ["a gzip body", `POST /graphql HTTP/1.1\r\nhost: localhost\r\n${TYPE}\r\ncontent-encoding: gzip\r\n${LENGTH}`, [415]],
  ["another charset", `POST /graphql HTTP/1.1\r\nhost: localhost\r\n${TYPE}; charset=utf-16\r\n${LENGTH}`, [415]],
  [
    "UTF-8 by name",
    `POST /graphql HTTP/1.1\r\nhost: localhost\r\nContent-Type: Application/JSON ; Charset="UTF-8"\r\n${LENGTH}`,
    [200],
  ],
  ["no content type", `POST /graphql HTTP/1.1\r\nhost: localhost\r\n${LENGTH}`, [415]],
  [
    "an upgrade",
    `POST /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: h2c\r\n${TYPE}\r\n${LENGTH}`,
    [200],
  ],
  [
    "an impossible expectation",
    `POST /graphql HTTP/1.1\r\nhost: localhost\r\nexpect: 200-ok\r\n${TYPE}\r\n${LENGTH}`,
    [417],
  ],
  ["a GET with a body", `GET /graphql HTTP/1.1\r\nhost: localhost\r\n${TYPE}\r\n${LENGTH}`, [405]],
  ["HTTP/0.9", "GET /", [400, 403]],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM", [400]],
  ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", [400]],
])("over the wire: %s", async (_, head, statuses) => {
  const { status } = await sendRaw(server.address, `${head}\r\n\r\n${/length: \d/.test(head) ? MODEL : ""}`, 300);
  expect(statuses).toContain(status);
});
