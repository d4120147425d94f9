import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { modelsResponseSchema, promoteResponseSchema } from "@sentiloop/inference/contract";
import { PROMOTE_PATH, type Received, RunningApp } from "./running-app.js";
import { StarterCopy } from "./starter-copy.js";

let copy: StarterCopy;
let running: RunningApp;

beforeEach(async () => {
  copy = await StarterCopy.create();
  await copy.serve(copy.version);
  running = await RunningApp.start({ registries: [copy.registry] });
});

afterEach(async () => {
  await running.stop();
  await copy.remove();
});

function promote(request: Record<string, unknown>): Promise<Received> {
  return running.post(PROMOTE_PATH, JSON.stringify({ actor: "Ada", ...request }));
}

function errorOf({ status, text }: Received): [number, string, string] {
  const { code, message } = JSON.parse(text).error;
  return [status, code, message];
}

async function serving(): Promise<string[]> {
  const { models } = modelsResponseSchema.parse(JSON.parse((await running.get("/v1/models/emotion")).text));
  return models.filter((model) => model.serving).map(({ version }) => version);
}

async function predictedBy(): Promise<string> {
  return JSON.parse((await running.predict('{"instances":["I am glad."]}')).text).modelVersion;
}

test("when it answers 200, the version serves already, and the history says who promoted it", async () => {
  await copy.addTwin("v2");
  const { status, text } = await promote({ version: "v2" });
  expect([status, promoteResponseSchema.parse(JSON.parse(text))]).toEqual([
    200,
    { version: "v2", previous: copy.version, note: expect.stringContaining("accuracy") },
  ]);
  expect([await predictedBy(), await serving()]).toEqual(["v2", ["v2"]]);
  expect(await readFile(join(copy.registry, "promotions.jsonl"), "utf8")).toContain('"actor":"Ada"');
});

test("the version that serves may be promoted again", async () => {
  expect((await promote({ version: copy.version })).status).toBe(200);
  expect(await predictedBy()).toBe(copy.version);
});

test("many at once each answer truly or say that another followed", async () => {
  const versions = ["v2", "v3", "v4", "v5"];
  for (const version of versions) await copy.addTwin(version);
  const answers = await Promise.all(versions.map((version) => promote({ version })));
  expect(answers.some(({ status }) => status === 200)).toBe(true);
  for (const { status } of answers) expect([200, 409]).toContain(status);
  expect(versions).toContain(await predictedBy());
});

test("a version that does not exist is 404", async () => {
  for (const version of ["v999", "../v2"]) {
    expect(errorOf(await promote({ version }))).toEqual([
      404,
      "NOT_FOUND",
      expect.stringContaining(`There is no model version "${version}"`),
    ]);
  }
});

test("a version that is not in order is 409 with the reason, and the one before serves on", async () => {
  await copy.publish("model.onnx", Buffer.from("no network"), await copy.addTwin("v2"));
  expect(errorOf(await promote({ version: "v2", force: true }))).toEqual([
    409,
    "REFUSED",
    expect.stringContaining("fails its self-check"),
  ]);
  expect(await predictedBy()).toBe(copy.version);
});

test("a version with other labels is 409", async () => {
  await copy.addTwin("v2", { labels: ["joy", "anger", "disgust", "fear", "guilt", "sadness", "shame"] });
  expect(errorOf(await promote({ version: "v2" }))).toEqual([409, "REFUSED", expect.stringContaining("labels.0")]);
});

test("a version that measured worse on the same rows is 409, unless it is forced", async () => {
  const metrics = { accuracy: 0.3, macroF1: 0.3, expectedCalibrationError: 0.05, testRows: 50 };
  await copy.editManifest((manifest) => ({
    ...manifest,
    testSha256: "a".repeat(64),
    metrics: { ...metrics, accuracy: 0.4 },
  }));
  await copy.addTwin("v2", { metrics });
  expect(errorOf(await promote({ version: "v2" }))).toEqual([409, "REFUSED", expect.stringMatching(/^Worse: v2/)]);
  expect(await predictedBy()).toBe(copy.version);
  expect((await promote({ version: "v2", force: true })).status).toBe(200);
  expect(await predictedBy()).toBe("v2");
});

test.each([
  ['{"version":"v2"}', "actor"],
  ['{"actor":"Ada"}', "version"],
  ['{"version":"v2","actor":""}', "actor: 1 to 300 characters"],
  ['{"version":"v2","actor":"Ada\\nBob"}', "actor: 1 to 300 characters in one line"],
  ['{"version":"v2","actor":"Ada","force":"yes"}', "force"],
  ['{"version":"v2","actor":"Ada","when":"now"}', "when"],
  ["[]", 'Send {"version": "…", "actor": "…"}'],
])("%s is 400", async (body, message) => {
  expect(errorOf(await running.post(PROMOTE_PATH, body))).toEqual([
    400,
    "INVALID_REQUEST",
    expect.stringContaining(message),
  ]);
});
