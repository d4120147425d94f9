import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createApiKey } from "../../api/src/api-key.js";
import { DynamoDBApiKeyStore } from "../../api/src/dynamodb-api-key-store.js";
import { DynamoDBFeedbackCounters } from "../../api/src/dynamodb-feedback-counters.js";
import { apiGatewayEvent } from "../support/api-gateway-event.js";
import { startDynamoDB, type TestDynamoDB } from "../support/dynamodb.js";
import { LONG_ANSWER } from "../support/graphql.js";
import { startInference, type TestInference } from "../support/inference.js";
import { LAMBDA_BUNDLE, LambdaFunction } from "../support/lambda-function.js";

/** The bundle as AWS Lambda runs it, with events in the shape in which API Gateway's HTTP APIs send them. */

const MAX_BUNDLE = 1.6e6;

let database: TestDynamoDB;
let inference: TestInference;
let lambda: LambdaFunction;
let env: Record<string, string>;

const { stored, key } = createApiKey("the test", ["predict", "feedback", "export"], null);
const folder = mkdtempSync(join(tmpdir(), "sentiloop-lambda-"));

beforeAll(async () => {
  [database, inference] = await Promise.all([startDynamoDB(), startInference()]);
  await new DynamoDBApiKeyStore(database.client, database.tables).add(stored);
  env = {
    SENTILOOP_AUTH: "keys",
    SENTILOOP_DYNAMODB: database.endpoint ?? "aws",
    SENTILOOP_TABLE_PREFIX: database.tables.predictions.replace(/predictions$/, ""),
    SENTILOOP_INFERENCE: inference.origin,
    SENTILOOP_DATA: folder,
    LOG_LEVEL: "trace",
  };
  lambda = await LambdaFunction.load(env);
}, 60_000);
afterAll(async () => {
  await lambda?.stop();
  await Promise.all([database?.stop(), inference?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** An event of a client with the test's key. */
function event(method: string, path: string, parts: Record<string, unknown> = {}) {
  return apiGatewayEvent(method, path, {
    ...parts,
    headers: { authorization: `Bearer ${key}`, ...(parts.headers as object) },
  });
}

const PREDICT = "mutation ($text: String!) { predict(text: $text) { id text emotion } }";
const predictBody = (text: string) => JSON.stringify({ query: PREDICT, variables: { text } });

describe("an event of API Gateway", () => {
  test("with a body is answered as the server answers, and what was predicted is stored", async () => {
    const text = 'I won! 😀 "quoted"';
    const answer = await lambda.invoke(event("POST", "/graphql", { body: predictBody(text) }));
    expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: false });
    const { id } = JSON.parse(answer.body).data.predict;
    const query = `{ prediction(id: "${id}") { text status } }`;
    const read = await lambda.invoke(event("POST", "/graphql", { body: JSON.stringify({ query }) }));
    expect(JSON.parse(read.body)).toEqual({ data: { prediction: { text, status: "PENDING" } } });
  });

  test("of a client that reads gzip gets a long answer as that, as base64", async () => {
    const body = JSON.stringify({ query: LONG_ANSWER });
    const plain = await lambda.invoke(event("POST", "/graphql", { body }));
    const answer = await lambda.invoke(event("POST", "/graphql", { body, headers: { "accept-encoding": "gzip" } }));
    expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: true, headers: { "content-encoding": "gzip" } });
    expect(gunzipSync(Buffer.from(answer.body, "base64")).toString()).toBe(plain.body);
  });

  test("is answered after what it changed is counted, because the function may end then", async () => {
    const counters = new DynamoDBFeedbackCounters(database.client, database.tables);
    const total = async () => (await counters.read(undefined)).reduce((sum, { count }) => sum + count, 0);
    const before = await total();
    await lambda.invoke(event("POST", "/graphql", { body: predictBody("One more.") }));
    expect(await total()).toBe(before + 1);
  });

  test("with a base64 body is understood byte for byte", async () => {
    const text = "Ünïcödé 😀";
    const body = Buffer.from(predictBody(text)).toString("base64");
    const answer = await lambda.invoke(event("POST", "/graphql", { body, isBase64Encoded: true }));
    expect(JSON.parse(answer.body).data.predict.text).toBe(text);
    const broken = Buffer.from([0x22, 0xff, 0x22]).toString("base64");
    const refused = await lambda.invoke(event("POST", "/graphql", { body: broken, isBase64Encoded: true }));
    expect(refused.statusCode).toBe(400);
  });

  test("by GET reaches the routes that have one", async () => {
    expect(await lambda.invoke(event("GET", "/livez"))).toMatchObject({ statusCode: 200, body: '{"status":"alive"}' });
    const ready = await lambda.invoke(event("GET", "/readyz"));
    expect(JSON.parse(ready.body)).toMatchObject({ status: "ready", store: "ready" });
    expect((await lambda.invoke(event("GET", "/nothing?a=b%20c&d"))).statusCode).toBe(404);
  });

  test("by GET of a browser at /graphql is led to the explorer, whose page is served from elsewhere", async () => {
    const answer = await lambda.invoke(event("GET", "/graphql", { headers: { accept: "text/html,*/*" } }));
    expect(answer).toMatchObject({ statusCode: 302, headers: { location: "/explorer.html" } });
  });

  test("has the server's security headers in its answer, errors included", async () => {
    for (const path of ["/graphql", "/livez", "/nothing", "/exports/x"]) {
      const { headers } = await lambda.invoke(event("POST", path, { body: "{" }));
      expect(headers["content-security-policy"]).toContain("default-src 'self'");
      expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "x-request-id": expect.any(String) });
    }
  });

  test("meets the server's limits", async () => {
    const large = await lambda.invoke(event("POST", "/graphql", { body: predictBody("x".repeat(300_000)) }));
    expect(large.statusCode).toBe(413);
    const plain = event("POST", "/graphql", { body: predictBody("x"), headers: { "content-type": "text/plain" } });
    expect((await lambda.invoke(plain)).statusCode).toBe(415);
    const fields = Array.from({ length: 6 }, (_, index) => `a${index}: predict(text: "x") { id }`).join(" ");
    const body = JSON.stringify({ query: `mutation { ${fields} }` });
    expect((await lambda.invoke(event("POST", "/graphql", { body }))).statusCode).toBe(400);
  });

  test("may write header names as it likes, and a length that is a lie", async () => {
    const headers = { "content-type": undefined, "Content-Type": "Application/JSON", "Content-Length": "1" };
    const answer = await lambda.invoke(event("POST", "/graphql", { headers, body: predictBody("upper") }));
    expect(JSON.parse(answer.body).data.predict.text).toBe("upper");
  });

  test("may have cookies, several values of a header, and no headers at all", async () => {
    const cookies = ["a=1", "b=2"];
    const headers = { accept: "application/json,text/plain", "x-any": "1,2" };
    const answer = await lambda.invoke(event("POST", "/graphql", { cookies, headers, body: predictBody("cookies") }));
    expect(answer.statusCode).toBe(200);
    const { headers: _none, ...bare } = event("GET", "/livez");
    expect((await lambda.invoke(bare)).statusCode).toBe(200);
    expect((await lambda.invoke({ ...event("POST", "/graphql"), headers: undefined })).statusCode).toBe(415);
  });

  test("of a named stage has the stage's name before its path", async () => {
    const staged = event("GET", "/test/livez");
    const requestContext = { ...staged.requestContext, stage: "test" };
    expect((await lambda.invoke({ ...staged, requestContext })).statusCode).toBe(200);
  });

  test("cannot turn a decoded path into a query or a broken request", async () => {
    for (const path of ["/graphql?query=x", "/exports/\u0000\r\nx: y", "/\ud800", ""]) {
      const answer = await lambda.invoke({ ...event("GET", "/"), rawPath: path });
      expect(answer.statusCode).toBe(404);
    }
  });
});

test("only who has a key gets in, and only to what it is for", async () => {
  const codeOf = async (headers: Record<string, unknown>, query: string) => {
    const { body } = await lambda.invoke(event("POST", "/graphql", { headers, body: JSON.stringify({ query }) }));
    return JSON.parse(body).errors?.[0].extensions.code;
  };
  expect(await codeOf({ authorization: undefined }, "{ model { version } }")).toBe("UNAUTHENTICATED");
  expect(await codeOf({ authorization: `Bearer ${key}0` }, "{ model { version } }")).toBe("UNAUTHENTICATED");
  expect(await codeOf({}, "{ model { version } }")).toBeUndefined();
  expect(await codeOf({}, 'mutation { promoteModel(version: "x") { version } }')).toBe("FORBIDDEN");
});

describe("an event that is none of payload format 2.0", () => {
  const version1 = { version: "1.0", httpMethod: "POST", path: "/graphql", headers: {}, body: "{}" };

  test.each<[string, unknown, string]>([
    ["of payload format 1.0", version1, "format 1.0"],
    ["of a REST API", { ...version1, version: undefined }, "format 1.0"],
    ["of something else", { Records: [] }, "no event of an API Gateway"],
    ["that is null", null, "no event of an API Gateway"],
  ])("%s is refused with a message for the operator", async (_, unknown, message) => {
    await expect(lambda.invoke(unknown)).rejects.toThrow(message);
    await expect(lambda.invoke(unknown)).rejects.toThrow("Use payload format version 2.0.");
  });
});

test("a text is never logged", async () => {
  await lambda.invoke(event("POST", "/graphql", { body: predictBody("unmistakable-secret-text") }));
  expect(lambda.output).not.toContain("unmistakable");
});

test.each([
  ["SENTILOOP_INFERENCE", ""],
  ["SENTILOOP_INFERENCE", "somewhere"],
  ["SENTILOOP_DYNAMODB", "embedded"],
  ["SENTILOOP_AUTH", "none"],
])("the start fails and names %s when it is %j", async (name, value) => {
  await expect(LambdaFunction.load({ ...env, [name]: value })).rejects.toThrow(name);
});

test("the bundle has at most 1.6 MB", () => {
  const sizes = readdirSync(LAMBDA_BUNDLE).map((name) => statSync(join(LAMBDA_BUNDLE, name)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MAX_BUNDLE);
});
