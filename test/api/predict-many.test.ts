import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { TestGateway } from "../support/gateway.js";
import { APPROVE, graphql, type Json, PREDICT } from "../support/graphql.js";
import { FakeInference, startGatewayOver } from "./fake-inference.js";

/** What predictMany asks of the inference service, and what becomes of it when that fails. */

const PREDICT_MANY = "mutation ($texts: [String!]!) { predictMany(texts: $texts) { error prediction { text } } }";
const PREDICT_PATH = "/v1/models/emotion:predict";

const REFUSAL = { error: { code: "INVALID_ARGUMENT", message: "This text is refused." } };

let inference: FakeInference;
let server: TestGateway;

beforeAll(async () => {
  inference = await FakeInference.start();
  server = await startGatewayOver(inference.origin);
});
beforeEach(() => inference.behave());
afterAll(async () => {
  await server.stop();
  await inference.stop();
});

const predictMany = (texts: string[]) => graphql(server.address, PREDICT_MANY, { texts });
const total = async () =>
  (await graphql(server.address, "{ feedbackSummary { total } }")).data.feedbackSummary.total as number;

test("100 texts are one request to the inference service, without those that are refused", async () => {
  const texts = Array.from({ length: 100 }, (_, index) => (index % 10 === 0 ? " " : `text ${index}`));
  const { data } = await predictMany(texts);
  expect(data.predictMany).toHaveLength(100);
  const asked = inference.asked("predict");
  expect(asked.map(({ body }) => body.instances)).toEqual([texts.filter((text) => text !== " ")]);
});

test("texts that are all refused are no request at all", async () => {
  const { data } = await predictMany(["", " "]);
  expect(data.predictMany.map(({ error }: { error: string }) => error.slice(0, 17))).toEqual(
    Array(2).fill("The text is empty"),
  );
  expect(inference.asked("predict")).toEqual([]);
});

test("without the inference service it fails as a whole and stores nothing", async () => {
  inference.misbehave(PREDICT_PATH, (_, response) => response.writeHead(500).end("{}"));
  const before = await total();
  const { data, errors } = await predictMany(["one", "", "two"]);
  expect(data).toBeNull();
  expect(errors?.[0]?.extensions.code).toBe("INFERENCE_UNAVAILABLE");
  expect(await total()).toBe(before);
});

describe("with an idempotency key", () => {
  const KEYED = `mutation ($texts: [String!]!, $key: String) {
    predictMany(texts: $texts, idempotencyKey: $key) { error prediction { id text } }
  }`;
  const keyed = (texts: string[], key: string) => graphql(server.address, KEYED, { texts, key });

  test("the same texts give the same predictions, once each, in their order", async () => {
    const [texts, before] = [["a", " ", "b", "a"], await total()];
    const first = await keyed(texts, "same");
    expect(await keyed(texts, "same")).toEqual(first);
    expect(inference.asked("predict")).toHaveLength(1);
    expect(await total()).toBe(before + 3);
    const ids: string[] = first.data.predictMany.flatMap((one: Json) => one.prediction?.id ?? []);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(first.data.predictMany.map((one: Json) => one.prediction?.text ?? null)).toEqual(["a", null, "b", "a"]);
  });

  test("fifty calls at the same time make one list of predictions", async () => {
    const [texts, before] = [Array.from({ length: 20 }, (_, index) => `parallel ${index}`), await total()];
    const answers = await Promise.all(Array.from({ length: 50 }, () => keyed(texts, "parallel")));
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(await total()).toBe(before + texts.length);
  });

  test("what was made before a failure stays, and only the rest is made by the retry", async () => {
    const [texts, before] = [["kept", "broken", "kept too"], await total()];
    inference.misbehave(PREDICT_PATH, (_, response) => {
      const asked = inference.seen.at(-1)?.body.instances as string[];
      if (asked.includes("broken")) response.writeHead(400).end(JSON.stringify(REFUSAL));
      else response.writeHead(200).end(JSON.stringify(inference.predictionsOf(asked)));
    });
    const half = await keyed(texts, "half");
    expect(half.data.predictMany.map((one: Json) => one.prediction === null)).toEqual([false, true, false]);
    inference.behave();
    const whole = await keyed(texts, "half");
    expect(inference.asked("predict").map(({ body }) => body.instances)).toEqual([["broken"]]);
    expect(whole.data.predictMany[0]).toEqual(half.data.predictMany[0]);
    expect(whole.data.predictMany[2]).toEqual(half.data.predictMany[2]);
    expect(await total()).toBe(before + 3);
  });

  test("decisions on what was made before a retry stay", async () => {
    const first = await keyed(["judged"], "judged");
    const { id } = first.data.predictMany[0].prediction;
    await graphql(server.address, APPROVE, { id });
    expect(await keyed(["judged"], "judged")).toEqual(first);
    const { data } = await graphql(server.address, "query ($id: ID!) { prediction(id: $id) { status } }", { id });
    expect(data.prediction.status).toBe("APPROVED");
  });

  test.each([
    ["other texts", ["x", "y", "z"]],
    ["another order", ["y", "x"]],
    ["fewer texts", ["x"]],
  ])("%s are a conflict", async (what, texts) => {
    await keyed(["x", "y"], what);
    const { data, errors } = await keyed(texts, what);
    expect({ data, code: errors?.[0]?.extensions.code }).toEqual({ data: null, code: "CONFLICT" });
  });

  test("a key of predict is none for predictMany, even for a text that reads like a list", async () => {
    const predict = (text: string, key: string) => graphql(server.address, PREDICT, { text, key });
    await predict('["one"]', "first single");
    expect((await keyed(["one"], "first single")).errors?.[0]?.extensions.code).toBe("CONFLICT");
    await keyed(["one"], "first many");
    expect((await predict('["one"]', "first many")).errors?.[0]?.extensions.code).toBe("CONFLICT");
  });

  test.each(["", "k".repeat(256)])("the key %j is refused", async (key) => {
    const { errors } = await keyed(["one"], key);
    expect(errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT", argument: "idempotencyKey" });
  });
});
