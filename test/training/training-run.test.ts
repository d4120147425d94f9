import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs";
import type { EngineOutput } from "../../inference/src/engine.js";
import { loadVersion, type ModelVersion } from "../../inference/src/model-version.js";
import { OnnxEngine } from "../../inference/src/onnx-engine.js";
import { type EncodedText, Tokenizer } from "../../inference/src/tokenizer.js";
import { RECIPE } from "../../inference/training/recipe.js";
import type { TrainingRequest } from "../../inference/training/training-request.js";
import { trainVersion } from "../../inference/training/training-run.js";
import { madeUpRows, writeCsv } from "./made-up-dataset.js";
import { ScratchFolder } from "./scratch-folder.js";

const SMALL = { ...RECIPE, ngramBuckets: 256, embedding: 8, hidden: 6, batchSize: 16, epochs: 10, learningRate: 1e-2 };
const silent = { note() {}, start() {}, batch() {}, epoch() {}, stop() {} };

let folder: ScratchFolder;
let request: TrainingRequest;

beforeAll(async () => {
  folder = await ScratchFolder.create();
  const data = await writeCsv(folder.file("made-up.csv"), madeUpRows(40));
  const registry = folder.file("models");
  request = { data: [data], registry, seed: 1, recipe: SMALL, recipeName: "plain", reporter: silent };
});

afterAll(() => folder.remove());

describe("a trained version", () => {
  let version: ModelVersion;
  let tokenizer: Tokenizer;
  let engine: OnnxEngine;

  beforeAll(async () => {
    const result = await trainVersion(request);
    version = await loadVersion(result.folder);
    tokenizer = new Tokenizer(version.tokenizer);
    engine = await OnnxEngine.open(version.network);
  });

  afterAll(() => engine.close());

  test("has learned what gives an emotion away", () => {
    expect(version.manifest.metrics.accuracy).toBeGreaterThan(0.95);
  });

  test("says how it was made", async () => {
    const { manifest } = version;
    expect(manifest.training).toEqual({ seed: 1, epochs: 10, backend: "wasm", recipe: "plain", parent: null });
    expect(manifest.trainedOnRows + manifest.metrics.testRows).toBeLessThan(280);
    expect(manifest.version).toBe(
      `${manifest.createdAt.slice(0, 10).replaceAll("-", "")}-${manifest.files["model.onnx"].slice(0, 8)}`,
    );
    expect(await readFile(join(version.folder, "MODEL_CARD.md"), "utf8")).toContain("--data made-up.csv --seed 1");
  });

  const padded = (text: EncodedText): EncodedText => ({
    ...text,
    ids: Int32Array.from({ length: text.ids.length + 7 }, (_, i) => text.ids[i] ?? 0),
    ngrams: Int32Array.from({ length: text.ngrams.length + 9 }, (_, i) => text.ngrams[i] ?? 0),
  });

  test("answers a text the same with padding after it", async () => {
    const text = tokenizer.encode("I was furious because of it.");
    expect(distance(await engine.run([padded(text)]), await engine.run([text]))).toBeLessThan(1e-5);
  });

  test("answers a text the same among other texts", async () => {
    const texts = ["Happy", "I was lonely.", "Then I was so very embarrassed!"].map((text) => tokenizer.encode(text));
    const alone = await Promise.all(texts.map((text) => engine.run([text])));
    const together = await engine.run(texts);
    const logits = Float32Array.from(alone.flatMap((each) => [...each.logits]));
    expect(distance(together, { logits })).toBeLessThan(1e-5);
  });

  test("is the same again with the same seed and data, and is then left as it was", async () => {
    const before = await readFile(join(version.folder, "manifest.json"), "utf8");
    const again = await trainVersion(request);
    expect(again).toMatchObject({ version: version.manifest.version, already: true });
    expect(await readFile(join(version.folder, "manifest.json"), "utf8")).toBe(before);
  });

  test("is another with another seed", async () => {
    const other = await trainVersion({ ...request, seed: 2 });
    expect(other.version).not.toBe(version.manifest.version);
    expect(other.already).toBe(false);
  });
});

test("rows of the test file are not learned from, however they are written", async () => {
  const [first, ...others] = madeUpRows(5);
  const test = await writeCsv(folder.file("test.csv"), [
    { text: ` ${first?.text.toUpperCase()}!! `, emotion: "anger" },
  ]);
  const data = [await writeCsv(folder.file("all.csv"), first ? [first, ...others] : [])];
  const { split, leftOut } = await trainVersion({ ...request, data, test, recipe: { ...SMALL, epochs: 1 } });
  expect(leftOut.leaked).toMatchObject([{ line: 2, reason: "same text" }]);
  expect(split.training.length + split.calibration.length).toBe(34);
});

test("training goes on where it was stopped, and comes to the same version", async () => {
  const registry = folder.file("resumed");
  const stop = new AbortController();
  const epochs: number[] = [];
  const stopping = {
    ...silent,
    epoch: ({ epoch }: { epoch: number }) => epoch === 4 && stop.abort(new Error("enough")),
  };
  const stopped = trainVersion({ ...request, registry, reporter: stopping as typeof silent, signal: stop.signal });
  await expect(stopped).rejects.toThrow("enough");
  const counting = { ...silent, epoch: ({ epoch }: { epoch: number }) => epochs.push(epoch) };
  const resumed = await trainVersion({ ...request, registry, reporter: counting as unknown as typeof silent });
  expect(epochs).toEqual([5, 6, 7, 8, 9, 10]);
  const whole = await trainVersion({ ...request, registry: folder.file("whole") });
  expect(resumed.version.slice(9)).toBe(whole.version.slice(9));
  expect(resumed.evaluation).toEqual(whole.evaluation);
  expect(await readdir(registry)).toEqual([resumed.version]);
});

test("training goes on from a version: it keeps its words, names it, and compares itself with it", async () => {
  const first = await trainVersion(request);
  const outcome = await trainVersion({ ...request, parent: first.folder, recipe: { ...SMALL, epochs: 2 }, seed: 3 });
  const [parent, child] = await Promise.all([loadVersion(first.folder), loadVersion(outcome.folder)]);
  expect(child.manifest.training.parent).toBe(first.version);
  expect(child.tokenizer).toEqual(parent.tokenizer);
  expect(outcome.parent).toMatchObject({ version: first.version, evaluation: { accuracy: first.evaluation.accuracy } });
});

test("training that is stopped publishes nothing and leaves no tensor behind", async () => {
  const stop = new AbortController();
  const registry = folder.file("stopped");
  const before = tf.memory().numTensors;
  const reporter = { ...silent, batch: () => stop.abort(new Error("enough")) };
  await expect(trainVersion({ ...request, registry, reporter, signal: stop.signal })).rejects.toThrow("enough");
  expect(await readdir(folder.path)).not.toContain("stopped");
  expect(tf.memory().numTensors).toBe(before);
});

test("stopping just before a version is moved into place leaves the registry empty", async () => {
  const stop = new AbortController();
  const registry = folder.file("late");
  const reporter = { ...silent, stop: () => stop.abort(new Error("too late")) };
  await expect(
    trainVersion({ ...request, registry, reporter, recipe: { ...SMALL, epochs: 1 }, signal: stop.signal }),
  ).rejects.toThrow("too late");
  expect(await readdir(registry)).toEqual([".training"]);
});

test("another version of the same name is never overwritten", async () => {
  const registry = folder.file("taken");
  const small = { ...request, registry, recipe: { ...SMALL, epochs: 1 } };
  const first = await trainVersion(small);
  const file = join(first.folder, "tokenizer.json");
  await writeFile(file, "[]");
  await expect(trainVersion(small)).rejects.toThrow(/tokenizer\.json is not the file that its manifest promises/);
  expect(await readFile(file, "utf8")).toBe("[]");
});

function distance({ logits }: EngineOutput, other: Pick<EngineOutput, "logits">): number {
  return Math.max(...logits.map((value, i) => Math.abs(value - (other.logits[i] ?? Number.NaN))));
}
