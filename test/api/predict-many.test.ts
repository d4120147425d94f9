import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { TestGateway } from "../support/gateway.js";
import { graphql } from "../support/graphql.js";
import { FakeInference, startGatewayOver } from "./fake-inference.js";

/** What predictMany asks of the inference service, and what becomes of it when that fails. */

const PREDICT_MANY = "mutation ($texts: [String!]!) { predictMany(texts: $texts) { error prediction { text } } }";
const PREDICT_PATH = "/v1/models/emotion:predict";

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
