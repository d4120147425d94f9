import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { modelsResponseSchema } from "@sentiloop/inference/contract";
import { exchange, PREDICT_PATH, RunningApp } from "./running-app.js";

let running: RunningApp;

beforeAll(async () => {
  running = await RunningApp.start();
});

afterAll(() => running.stop());

describe("what operators ask", () => {
  test("GET /v1/models/emotion lists the versions and marks the one that serves", async () => {
    const { models } = modelsResponseSchema.parse(JSON.parse((await running.get("/v1/models/emotion")).text));
    expect(models.filter(({ serving }) => serving).map(({ version }) => version)).toEqual([running.model.version]);
  });

  test("GET /readyz names the model and the engine, and why", async () => {
    const { status, text } = await running.get("/readyz");
    expect([status, JSON.parse(text)]).toEqual([
      200,
      {
        status: "ready",
        modelVersion: running.model.version,
        modelReason: "the alias serving names it",
        engine: "onnxruntime",
        engineReason: expect.any(String),
      },
    ]);
  });

  test("GET /livez answers, and HEAD without a body", async () => {
    expect((await running.get("/livez")).text).toBe('{"status":"live"}');
    expect(await exchange(`${running.url}/livez`, { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
  });
});

test("metrics count texts, and requests by route and status, and name the model", async () => {
  const own = await RunningApp.start();
  await own.predict(JSON.stringify({ instances: ["one", "two", "three"] }));
  await own.predict("{");
  await own.get("/made/up/by/a/client");
  const { text } = await own.get("/metrics");
  expect(text).toContain("sentiloop_inference_texts_classified_total 3\n");
  expect(text).toMatch(/sentiloop_inference_words_total\{known="true"\} [1-9]/);
  expect(text).toContain(`_duration_seconds_count{route="${PREDICT_PATH}",status="200"} 1\n`);
  expect(text).toContain(`_duration_seconds_count{route="${PREDICT_PATH}",status="400"} 1\n`);
  expect(text).toContain('_duration_seconds_count{route="unknown",status="404"} 1\n');
  expect(text).toContain(`_model_info{version="${own.model.version}",engine="onnxruntime"} 1\n`);
  expect(text).not.toContain("made");
  await own.stop();
});

test("an unexpected failure is masked with a request id, under which the log has the stack but no text", async () => {
  const own = await RunningApp.start();
  await own.breakModel();
  const answer = await own.predict(JSON.stringify({ instances: ["my secret"] }));
  const { code, message, requestId } = JSON.parse(answer.text).error;
  expect([answer.status, code]).toEqual([500, "INTERNAL"]);
  expect(message).not.toMatch(/session|onnx/i);
  expect(own.logged.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ requestId, stack: expect.stringContaining(".ts") }),
  ]);
  expect(own.logged.join()).not.toContain("secret");
  await own.stop();
});

test("a client that sends too slowly is cut off", async () => {
  const own = await RunningApp.start({ requestTimeoutMs: 200 });
  const slow = exchange(`${own.url}${PREDICT_PATH}`, {
    method: "POST",
    headers: { "content-type": "application/json", "content-length": "100" },
  });
  await expect(slow).resolves.toMatchObject({ status: 408 });
  await own.stop();
});
