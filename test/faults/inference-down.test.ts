import { rmSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { APPROVE, exported, graphql, PREDICT, REVISE } from "../support/graphql.js";
import { Sentiloop } from "../support/sentiloop.js";

const data = Sentiloop.emptyFolder();
let sentiloop: Sentiloop & { address: string };

beforeAll(async () => {
  sentiloop = await Sentiloop.start({ data });
});
afterAll(async () => {
  await sentiloop.kill("SIGTERM");
  rmSync(data, { recursive: true, force: true });
});

async function predicts(): Promise<boolean> {
  return (await graphql(sentiloop.address, PREDICT, { text: "Is anybody there?" })).errors === undefined;
}

test("while the inference service is dead decisions and exports go on, and it comes back by itself", async () => {
  const { id } = (await graphql(sentiloop.address, PREDICT, { text: "before" })).data.predict;
  process.kill(sentiloop.child("inference").pid, "SIGKILL");

  const { status, errors } = await graphql(sentiloop.address, PREDICT, { text: "while it is dead" });
  expect(status).toBe(200);
  expect(errors?.[0]?.extensions.code).toBe("INFERENCE_UNAVAILABLE");
  expect((await graphql(sentiloop.address, APPROVE, { id })).data.approve.version).toBe(1);
  expect((await graphql(sentiloop.address, REVISE, { id, emotion: "FEAR" })).errors).toBeUndefined();
  expect((await exported(sentiloop.address, {})).rowCount).toBe(1);

  for (let attempt = 0; attempt < 100 && !(await predicts()); attempt += 1) await setTimeout(100);
  expect(await predicts()).toBe(true);
});

test("an inference service that hangs is INFERENCE_UNAVAILABLE after its deadline, and readyz says so", async () => {
  const { pid } = sentiloop.child("inference");
  process.kill(pid, "SIGSTOP");
  const { errors } = await graphql(sentiloop.address, PREDICT, { text: "hanging" });
  expect(errors?.[0]?.extensions.code).toBe("INFERENCE_UNAVAILABLE");
  const ready = await fetch(`${sentiloop.address}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ inference: "unavailable", store: "ready" });
  process.kill(pid, "SIGCONT");
  for (let attempt = 0; attempt < 100 && !(await predicts()); attempt += 1) await setTimeout(100);
  expect(await predicts()).toBe(true);
});

test("the embedded database that dies comes back by itself with everything in it", async () => {
  const { id } = (await graphql(sentiloop.address, PREDICT, { text: "kept" })).data.predict;
  process.kill(sentiloop.child("embedded-dynamodb").pid, "SIGKILL");
  const read = () => graphql(sentiloop.address, "query ($id: ID!) { prediction(id: $id) { text } }", { id });
  for (let attempt = 0; attempt < 100 && (await read()).errors; attempt += 1) await setTimeout(100);
  expect((await read()).data.prediction.text).toBe("kept");
});
