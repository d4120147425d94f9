import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ulid } from "ulid";
import { fromItem, toItem } from "../../api/src/dynamodb-item.js";
import type { TestGateway } from "../support/gateway.js";
import { APPROVE, exported, graphql } from "../support/graphql.js";
import { prediction } from "../support/predictions.js";
import { FAKE_LIMIT, FakeInference, startGatewayOver } from "./fake-inference.js";

/** Whether the end of a text did not count. */

const PREDICT = "mutation ($text: String!) { predict(text: $text) { id truncated } }";
const READ =
  "query ($id: ID!) { prediction(id: $id) { truncated } predictions(first: 1) { edges { node { truncated } } } }";

let inference: FakeInference;
let server: TestGateway;

beforeAll(async () => {
  inference = await FakeInference.start();
  server = await startGatewayOver(inference.origin);
});
afterAll(async () => {
  await server.stop();
  await inference.stop();
});

const call = (query: string, variables?: Record<string, unknown>) => graphql(server.address, query, variables);

test.each([
  [FAKE_LIMIT, false],
  [FAKE_LIMIT + 1, true],
])("a text of %d units is stored with what the service said: %s", async (length, truncated) => {
  const { id, ...answered } = (await call(PREDICT, { text: "x".repeat(length) })).data.predict;
  expect(answered).toEqual({ truncated });
  expect((await call(READ, { id })).data).toEqual({
    prediction: { truncated },
    predictions: { edges: [{ node: { truncated } }] },
  });
});

test("a prediction that was stored before it was known is not truncated", () => {
  const { truncated: _, ...item } = toItem(prediction(), ulid());
  expect(fromItem(item).truncated).toBe(false);
});

test("the exported file does not tell it", async () => {
  const { id } = (await call(PREDICT, { text: "y".repeat(FAKE_LIMIT + 1) })).data.predict;
  await call(APPROVE, { id });
  const { url } = await exported(server.address, {});
  expect(await (await fetch(server.address + url)).text()).not.toContain("truncated");
});

test("an answer that does not say it is no prediction", async () => {
  inference.misbehave("/v1/models/emotion:predict", (_, response) => {
    const probabilities = { anger: 0, disgust: 0, fear: 0, guilt: 0, joy: 1, sadness: 0, shame: 0 };
    const unsaid = { emotion: "joy", probabilities, uncertain: false, uncertaintyReasons: [] };
    response.end(JSON.stringify({ predictions: [unsaid], modelVersion: "v1" }));
  });
  const { errors } = await call(PREDICT, { text: "a text" });
  expect(errors?.[0]?.extensions.code).toBe("INFERENCE_UNAVAILABLE");
});
