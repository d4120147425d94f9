import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as z from "zod";
import { EXPLAIN_PATH, exchange, PREDICT_PATH, PROMOTE_PATH, type Received, RunningApp } from "./running-app.js";
import { StarterCopy } from "./starter-copy.js";

interface Operation {
  responses: Record<string, { content: Record<string, { schema: z.core.JSONSchema.JSONSchema }> }>;
}
interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

let running: RunningApp;
let document: OpenApi;

beforeAll(async () => {
  running = await RunningApp.start({ maxBodyBytes: 1024 });
  document = JSON.parse((await running.get("/openapi.json")).text);
});

afterAll(() => running.stop());

/** Checks that an answer is one that the document promises: its status, content type and shape. */
function expectPromised(operation: Operation | undefined, { status, headers, text }: Received): void {
  const promised = operation?.responses[status]?.content;
  const type = (headers["content-type"] ?? "").split(";")[0] ?? "";
  expect(Object.keys(promised ?? {})).toEqual([type]);
  const schema = z.fromJSONSchema(promised?.[type]?.schema ?? false);
  expect(schema.safeParse(type === "application/json" ? JSON.parse(text) : text).error).toBeUndefined();
}

test("is OpenAPI 3.1 and names exactly the paths that the service names itself", async () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  const { message } = JSON.parse((await running.get("/nowhere")).text).error;
  expect(message).toContain(`There is: ${Object.keys(document.paths).join(", ")}.`);
});

test("names exactly the method that each path allows", async () => {
  for (const [path, operations] of Object.entries(document.paths)) {
    const { headers } = await exchange(running.url + path, { method: "PATCH" });
    const allowed = String(headers.allow).toLowerCase().split(", ");
    expect(allowed.filter((method) => method !== "head")).toEqual(Object.keys(operations));
  }
});

describe("each answer of a running service is one that the document promises", () => {
  test("GET on every path", async () => {
    for (const [path, { get }] of Object.entries(document.paths)) {
      if (get) expectPromised(get, await running.get(path));
    }
  });

  test.each([
    [200, '{"instances":["I am glad.","🙂"]}', {}],
    [400, '{"instances":["fine",""]}', {}],
    [413, JSON.stringify({ instances: ["x".repeat(1100)] }), {}],
    [415, "{}", { "content-type": "text/plain" }],
  ] as const)("predict, status %d", async (status, body, headers) => {
    const answer = await running.predict(body, headers);
    expect(answer.status).toBe(status);
    expectPromised(document.paths[PREDICT_PATH]?.post, answer);
  });

  test.each([
    [200, '{"instance":"I am glad."}', {}],
    [200, '{"instance":"I am glad.","emotion":"fear"}', {}],
    [400, '{"instance":"I am glad.","emotion":"hope"}', {}],
    [400, '{"instance":5}', {}],
    [413, JSON.stringify({ instance: "x".repeat(1100) }), {}],
    [415, "{}", { "content-type": "text/plain" }],
  ] as const)("explain, status %d", async (status, body, headers) => {
    const answer = await running.post(EXPLAIN_PATH, body, headers);
    expect(answer.status).toBe(status);
    expectPromised(document.paths[EXPLAIN_PATH]?.post, answer);
  });

  test("promote", async () => {
    const copy = await StarterCopy.create();
    await copy.addTwin("v2");
    await copy.publish("model.onnx", Buffer.from("no network"), await copy.addTwin("v3"));
    const own = await RunningApp.start({ registries: [copy.registry] });
    for (const [status, request] of [
      [200, { version: "v2", actor: "Ada" }],
      [400, { version: "v2" }],
      [404, { version: "v999", actor: "Ada" }],
      [409, { version: "v3", actor: "Ada" }],
    ]) {
      const answer = await own.post(PROMOTE_PATH, JSON.stringify(request));
      expect(answer.status).toBe(status);
      expectPromised(document.paths[PROMOTE_PATH]?.post, answer);
    }
    await own.stop();
    await copy.remove();
  });

  test("predict when too many texts wait, or it takes too long", async () => {
    const own = await RunningApp.start({ maxQueue: 1, deadlineMs: 10 });
    const body = JSON.stringify({ instances: Array(100).fill("I was afraid of the dark. ".repeat(20)) });
    const answers = await Promise.all([own.predict(body), own.predict(body)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([429, 504]);
    for (const answer of answers) expectPromised(document.paths[PREDICT_PATH]?.post, answer);
    await own.stop();
  });

  test("predict and readiness while the service shuts down", async () => {
    const own = await RunningApp.start();
    own.app.beginShutdown();
    for (const answer of [await own.predict('{"instances":["fine"]}'), await own.get("/readyz")]) {
      expect([answer.status, answer.headers.connection]).toEqual([503, "close"]);
    }
    expectPromised(document.paths[PREDICT_PATH]?.post, await own.predict("{}"));
    expectPromised(document.paths["/readyz"]?.get, await own.get("/readyz"));
    await own.stop();
  });
});
