import { rmSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { graphql, type Json, PREDICT } from "../support/graphql.js";
import { Sentiloop } from "../support/sentiloop.js";

const CALLS = 50;

test("an idempotency key stands for one prediction under parallel calls, a kill -9 among them and a restart", async () => {
  const data = Sentiloop.emptyFolder();
  const variables = { text: "I was robbed on my way home.", key: "order 1" };
  const first = await Sentiloop.start({ data });
  const calls = Array.from({ length: CALLS }, () =>
    graphql(first.address, PREDICT, variables).then(
      (answer) => answer.data.predict.id as string,
      () => undefined,
    ),
  );
  await Promise.any(calls);
  await first.kill("SIGKILL");
  const ids = (await Promise.all(calls)).filter((id) => id !== undefined);

  const second = await Sentiloop.start({ data });
  const again = await Promise.all(Array.from({ length: CALLS }, () => graphql(second.address, PREDICT, variables)));
  for (const { data: answer } of again) ids.push(answer.predict.id);
  expect(new Set(ids).size).toBe(1);
  const other = await graphql(second.address, PREDICT, { ...variables, text: "I was not robbed." });
  expect(other.errors?.[0]?.extensions.code).toBe("CONFLICT");
  const { data: seen } = await graphql(
    second.address,
    "{ feedbackSummary { total } predictions { edges { node { id } } } }",
  );
  expect(seen).toEqual({ feedbackSummary: { total: 1 }, predictions: { edges: [{ node: { id: ids[0] } }] } });
  await second.kill("SIGTERM");
  rmSync(data, { recursive: true, force: true });
}, 180_000);

test("a list that a kill -9 cut in the middle is completed by its retry, with nothing twice", async () => {
  const data = Sentiloop.emptyFolder();
  const texts = Array.from({ length: 100 }, (_, index) => `Day ${index} was a good one.`);
  const query = `mutation ($texts: [String!]!, $key: String) {
    predictMany(texts: $texts, idempotencyKey: $key) { prediction { id text } }
  }`;
  const variables = { texts, key: "list 1" };
  const first = await Sentiloop.start({ data });
  const cut = graphql(first.address, query, variables).catch(() => undefined);
  let stored: string[] = [];
  while (stored.length === 0) stored = await idsAt(first.address);
  await first.kill("SIGKILL");
  await cut;

  const second = await Sentiloop.start({ data });
  const { data: answer } = await graphql(second.address, query, variables);
  const made: { id: string; text: string }[] = answer.predictMany.map((one: Json) => one.prediction);
  expect(made.map(({ text }) => text)).toEqual(texts);
  expect(made.map(({ id }) => id)).toEqual(expect.arrayContaining(stored));
  expect((await idsAt(second.address)).reverse()).toEqual(made.map(({ id }) => id));
  await second.kill("SIGTERM");
  rmSync(data, { recursive: true, force: true });
}, 180_000);

/** Newest first. */
async function idsAt(address: string): Promise<string[]> {
  const { data } = await graphql(
    address,
    "{ predictions(first: 100) { edges { node { id } } pageInfo { hasNextPage } } }",
  );
  expect(data.predictions.pageInfo.hasNextPage).toBe(false);
  return data.predictions.edges.map(({ node }: Json) => node.id);
}
