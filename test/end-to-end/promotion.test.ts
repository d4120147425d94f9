import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { starterFolder } from "../inference/starter-copy.js";
import { graphql, type Json, PREDICT } from "../support/graphql.js";
import { Sentiloop } from "../support/sentiloop.js";

/** A new version goes into service and comes out of it again, while people go on asking. */

const PROMOTE = "mutation ($version: String!) { promoteModel(version: $version) { version serving } }";
const TWIN = "20260101-0000abcd";
const DAMAGED = "20260102-0000dead";

const data = Sentiloop.emptyFolder();
let sentiloop: Sentiloop & { address: string };
let starter: string;

beforeAll(async () => {
  const folder = await starterFolder();
  starter = manifestOf(folder).version;
  copyVersion(folder, TWIN);
  writeFileSync(join(copyVersion(folder, DAMAGED), "model.onnx"), "no network");
  sentiloop = await Sentiloop.start({ data });
});
afterAll(async () => {
  await sentiloop.kill("SIGTERM");
  rmSync(data, { recursive: true, force: true });
});

function manifestOf(folder: string): Json {
  return JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
}

function copyVersion(from: string, version: string): string {
  const folder = join(data, "models", version);
  cpSync(from, folder, { recursive: true });
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ ...manifestOf(folder), version }));
  return folder;
}

const call = (query: string, variables?: Record<string, unknown>) => graphql(sentiloop.address, query, variables);
const predict = async (text: string) => (await call(PREDICT, { text })).data.predict;
const serving = async () => (await call("{ model { version } }")).data.model.version;

test("a promoted version makes the next prediction, and the earlier one after it is promoted back", async () => {
  const { data: before } = await call("{ models { version serving } }");
  expect(before.models).toContainEqual({ version: starter, serving: true });
  expect(before.models).toContainEqual({ version: TWIN, serving: false });
  expect((await predict("before")).modelVersion).toBe(starter);

  expect((await call(PROMOTE, { version: TWIN })).data.promoteModel).toEqual({ version: TWIN, serving: true });
  const made = await predict("after");
  expect(made.modelVersion).toBe(TWIN);
  expect(await serving()).toBe(TWIN);

  expect((await call(PROMOTE, { version: starter })).data.promoteModel).toEqual({ version: starter, serving: true });
  expect((await predict("back")).modelVersion).toBe(starter);
  const stored = await call("query ($id: ID!) { prediction(id: $id) { modelVersion } }", { id: made.id });
  expect(stored.data.prediction.modelVersion).toBe(TWIN);
});

test("predictions under way are answered, each by one of the two versions", async () => {
  const asked = Array.from({ length: 60 }, (_, index) => predict(`sentence number ${index}`));
  const moved = call(PROMOTE, { version: TWIN });
  const more = Array.from({ length: 60 }, (_, index) => predict(`another sentence ${index}`));
  expect((await moved).errors).toBeUndefined();
  for (const { modelVersion } of await Promise.all([...asked, ...more]))
    expect([starter, TWIN]).toContain(modelVersion);
  expect((await predict("and now")).modelVersion).toBe(TWIN);
  await call(PROMOTE, { version: starter });
});

test("a version that is damaged or not there is refused, and what served serves on", async () => {
  const damaged = await call(PROMOTE, { version: DAMAGED });
  expect(damaged.errors?.[0]?.extensions).toEqual({ code: "BAD_USER_INPUT", argument: "version" });
  expect(damaged.errors?.[0]?.message).toContain("model.onnx");
  for (const version of ["20260103-00000000", "../models"]) {
    const { errors } = await call(PROMOTE, { version });
    expect(errors?.[0]?.extensions.code).toBe("NOT_FOUND");
    expect(errors?.[0]?.message).toContain(starter);
  }
  expect((await predict("still here")).modelVersion).toBe(starter);
});

test("a promoted version serves again after the service was killed", async () => {
  await call(PROMOTE, { version: TWIN });
  process.kill(sentiloop.child("inference").pid, "SIGKILL");
  const answer = () => call(PREDICT, { text: "Who are you now?" });
  for (let attempt = 0; attempt < 100 && (await answer()).errors; attempt += 1) await setTimeout(100);
  expect((await answer()).data.predict.modelVersion).toBe(TWIN);
  await call(PROMOTE, { version: starter });
  expect(await serving()).toBe(starter);
});

test("an explanation cuts the words out of the text as typed, also for a prediction of an earlier version", async () => {
  const text = '😀 I’m  SO happy: my "sister" cameé home in 1999!';
  const EXPLAINED = "id text emotion modelVersion explanation { token start end weight }";
  const made = (await call(`mutation ($text: String!) { predict(text: $text) { ${EXPLAINED} } }`, { text })).data
    .predict;
  await call(PROMOTE, { version: TWIN });
  const read = (await call(`query ($id: ID!) { prediction(id: $id) { ${EXPLAINED} } }`, { id: made.id })).data
    .prediction;
  const page = (await call(`{ predictions(first: 50) { edges { node { ${EXPLAINED} } } } }`)).data.predictions;
  expect(read).toEqual(made);
  expect(read.modelVersion).toBe(starter);
  expect(page.edges.find(({ node }: Json) => node.id === made.id).node).toEqual(made);
  expect(read.explanation.map(({ token }: Json) => token)).toEqual(
    expect.arrayContaining(["SO", "happy", "my", "sister", "cameé", "home", "1999", "!"]),
  );
  for (const { node } of page.edges) {
    for (const { token, start, end } of node.explanation) expect(node.text.slice(start, end)).toBe(token);
  }
});
