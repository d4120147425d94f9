import { rmSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { graphql, PREDICT } from "../support/graphql.js";
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
