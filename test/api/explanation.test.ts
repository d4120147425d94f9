import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { TestGateway } from "../support/gateway.js";
import { graphql, type Json, PREDICT } from "../support/graphql.js";
import { prediction } from "../support/predictions.js";
import { FakeInference, startGatewayOver, UNUSABLE } from "./fake-inference.js";

/** Which words speak for a prediction's emotion. */

const EXPLAIN_PATH = "/v1/models/emotion:explain";
const EXPLANATION = "explanation { token start end weight }";
const PREDICTION = `query ($id: ID!) { prediction(id: $id) { ${EXPLANATION} } }`;
const TEXT = "😀 I WON the  lottery, finally!";
const WORDS = ["I", "WON", "the", "lottery", "finally"];

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

const call = (query: string, variables?: Record<string, unknown>) => graphql(server.address, query, variables);
const cut = (text: string, explanation: Json[]) => explanation.map(({ start, end }) => text.slice(start, end));

async function predict(text = TEXT): Promise<string> {
  return (await call("mutation ($text: String!) { predict(text: $text) { id } }", { text })).data.predict.id;
}

describe("explanation", () => {
  test("comes with the prediction that is made, its offsets counted in the text as typed", async () => {
    const { data } = await call(`mutation ($text: String!) { predict(text: $text) { text ${EXPLANATION} } }`, {
      text: TEXT,
    });
    const { text, explanation } = data.predict;
    expect(cut(text, explanation)).toEqual(WORDS);
    expect(explanation[1]).toEqual({ token: "WON", start: 5, end: 8, weight: 0.03 });
  });

  test("comes with a stored prediction and with a list of them", async () => {
    const id = await predict();
    expect(cut(TEXT, (await call(PREDICTION, { id })).data.prediction.explanation)).toEqual(WORDS);
    const list = await call(`{ predictions(first: 1) { edges { node { id ${EXPLANATION} } } } }`);
    const { node } = list.data.predictions.edges[0];
    expect(node.id).toBe(id);
    expect(cut(TEXT, node.explanation)).toEqual(WORDS);
  });

  test("is of the stored emotion, which the version that serves now need not see", async () => {
    const stored = await server.store.add(prediction({ text: TEXT, emotion: "guilt", modelVersion: "v0" }));
    const { data } = await call(`query ($id: ID!) { prediction(id: $id) { emotion modelVersion ${EXPLANATION} } }`, {
      id: stored.id,
    });
    expect(data.prediction).toMatchObject({ emotion: "GUILT", modelVersion: "v0" });
    expect(cut(TEXT, data.prediction.explanation)).toEqual(WORDS);
    expect(inference.asked("explain").map(({ body }) => body)).toEqual([{ instance: TEXT, emotion: "guilt" }]);
  });

  test("is not computed unless it is asked for", async () => {
    const { data } = await call(PREDICT, { text: TEXT });
    await call("query ($id: ID!) { prediction(id: $id) { text } }", { id: data.predict.id });
    await call("{ predictions { edges { node { id } } } }");
    await call(
      "query ($id: ID!, $with: Boolean!) { prediction(id: $id) { id explanation @include(if: $with) { token } } }",
      {
        id: data.predict.id,
        with: false,
      },
    );
    expect(inference.asked("explain")).toEqual([]);
  });

  test("is computed once however often a request names it", async () => {
    const id = await predict();
    const { data } = await call(
      `query ($id: ID!) { a: prediction(id: $id) { one: ${EXPLANATION} two: ${EXPLANATION} } b: prediction(id: $id) { ${EXPLANATION} } }`,
      { id },
    );
    expect(data.a).toEqual({ one: data.b.explanation, two: data.b.explanation });
    expect(inference.asked("explain")).toHaveLength(1);
  });

  test("of no known word is empty", async () => {
    expect((await call(PREDICTION, { id: await predict("42!") })).data.prediction.explanation).toEqual([]);
  });
});

describe("a page of explanations", () => {
  const PAGE = `{ predictions(first: 100) { edges { node { text ${EXPLANATION} } } } }`;

  beforeAll(async () => {
    for (let index = 0; index < 100; index += 1) await server.store.add(prediction({ text: `number ${index} of all` }));
  });

  test("asks for each once, two at a time", async () => {
    inference.misbehave(EXPLAIN_PATH, async (_, response) => {
      const { instance, emotion } = inference.asked("explain").at(-1)?.body ?? {};
      await setTimeout(2);
      const whole = { token: instance, start: 0, end: String(instance).length, weight: 1 };
      response.end(JSON.stringify({ emotion, tokens: [whole], truncated: false, modelVersion: "v1" }));
    });
    const { data } = await call(PAGE);
    const nodes: Json[] = data.predictions.edges.map(({ node }: Json) => node);
    expect(nodes).toHaveLength(100);
    for (const { text, explanation } of nodes) expect(explanation[0].token).toBe(text);
    expect(inference.asked("explain")).toHaveLength(100);
    expect(inference.busiest).toBe(2);
  });

  test("gives up at the first failure", async () => {
    inference.misbehave(EXPLAIN_PATH, (_, response) => response.writeHead(500).end());
    expect((await call(PAGE)).errors?.[0]?.extensions).toEqual({ code: "INFERENCE_UNAVAILABLE" });
    expect(inference.asked("explain").length).toBeLessThanOrEqual(3);
    inference.behave();
    expect((await call(PAGE)).errors).toBeUndefined();
  });

  test("is RATE_LIMITED when hundreds wait already, and predictions go on", async () => {
    const held: (() => void)[] = [];
    inference.misbehave(EXPLAIN_PATH, (_, response) => void held.push(() => response.writeHead(500).end()));
    const pages = Array.from({ length: 5 }, () => call(PAGE));
    const first = await Promise.race(pages);
    expect(first.errors?.[0]?.extensions).toEqual({ code: "RATE_LIMITED", retryAfterSeconds: 10 });
    expect((await call(PREDICT, { text: "and this one" })).errors).toBeUndefined();
    inference.misbehave(EXPLAIN_PATH, (_, response) => response.writeHead(500).end());
    for (const release of held) release();
    const codes = (await Promise.all(pages)).map(({ errors }) => errors?.[0]?.extensions.code);
    expect(new Set(codes)).toEqual(new Set(["INFERENCE_UNAVAILABLE", "RATE_LIMITED"]));
  });
});

describe("without an answer of use", () => {
  const rest = { truncated: false, modelVersion: "v1" };
  const token = { token: "I", start: 3, end: 4, weight: 0.1 };
  const answers: [string, object][] = [
    ["no tokens", { emotion: "joy" }],
    ["an answer about another emotion", { emotion: "fear", tokens: [token] }],
    ["an offset behind the text", { emotion: "joy", tokens: [{ ...token, end: TEXT.length + 1 }] }],
    ["a negative offset", { emotion: "joy", tokens: [{ ...token, start: -1 }] }],
    ["half an offset", { emotion: "joy", tokens: [{ ...token, start: 2.5 }] }],
    ["an end before its start", { emotion: "joy", tokens: [{ ...token, end: 2 }] }],
    ["a weight that is no number", { emotion: "joy", tokens: [{ ...token, weight: null }] }],
  ];

  test.each(UNUSABLE)("%s is INFERENCE_UNAVAILABLE", async (_, listener) => {
    const id = await predict();
    inference.misbehave(EXPLAIN_PATH, listener);
    const { status, errors } = await call(PREDICTION, { id });
    expect(status).toBe(200);
    expect(errors?.[0]?.extensions).toEqual({ code: "INFERENCE_UNAVAILABLE" });
    expect(errors?.[0]?.message).toContain("nothing was explained");
    expect(inference.asked("explain").filter(({ body }) => body.instance === TEXT)).toHaveLength(1);
  });

  test.each(answers)("%s is INFERENCE_UNAVAILABLE, not shown", async (_, answer) => {
    const id = await predict();
    inference.misbehave(EXPLAIN_PATH, (_request, response) => response.end(JSON.stringify({ ...rest, ...answer })));
    expect((await call(PREDICTION, { id })).errors?.[0]?.extensions).toEqual({ code: "INFERENCE_UNAVAILABLE" });
  });

  test("the rest of the prediction is there for who asks without it", async () => {
    inference.misbehave(EXPLAIN_PATH, (request) => request.socket.destroy());
    const id = await predict();
    expect((await call("query ($id: ID!) { prediction(id: $id) { text } }", { id })).data.prediction.text).toBe(TEXT);
  });

  test("no text gets into the log, whatever the answer quotes", async () => {
    const id = await predict("unmistakable-secret-text");
    for (const status of [200, 500]) {
      inference.misbehave(EXPLAIN_PATH, (_, response) => response.writeHead(status).end("unmistakable-secret-text"));
      expect((await call(PREDICTION, { id })).errors).toHaveLength(1);
    }
    expect(server.log()).toContain("INFERENCE_UNAVAILABLE");
    expect(server.log()).not.toContain("unmistakable");
  });
});
