import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs";
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
  request = { data: [data], registry: folder.file("models"), seed: 1, recipe: SMALL, reporter: silent };
});

afterAll(() => folder.remove());

describe("a trained version", () => {
  let version: ModelVersion;
  let tokenizer: Tokenizer;
  let engine: OnnxEngine;

  beforeAll(async () => {
    const result = await trainVersion(request);
    version = await loadVersion(result.folder);
    tokenizer = new Tokenizer({ ...version.manifest, vocabulary: version.vocabulary });
    engine = await OnnxEngine.open(version.network);
  });

  afterAll(() => engine.close());

  test("has learned what gives an emotion away", () => {
    expect(version.manifest.metrics.accuracy).toBeGreaterThan(0.95);
  });

  test("says how it was made", async () => {
    const { manifest } = version;
    expect(manifest.training).toEqual({ seed: 1, epochs: 10, backend: "wasm" });
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
    expect(distance(together, Float32Array.from(alone.flatMap((logits) => [...logits])))).toBeLessThan(1e-5);
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
  const { split } = await trainVersion({ ...request, data, test, recipe: { ...SMALL, epochs: 1 } });
  expect(split.overlap).toBe(1);
  expect(split.training.length + split.calibration.length).toBe(34);
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
  expect(await readdir(registry)).toEqual([]);
});

test("another version of the same name is never overwritten", async () => {
  const registry = folder.file("taken");
  const small = { ...request, registry, recipe: { ...SMALL, epochs: 1 } };
  const first = await trainVersion(small);
  const file = join(first.folder, "vocabulary.json");
  await writeFile(file, "[]");
  await expect(trainVersion(small)).rejects.toThrow(/vocabulary\.json is not the file that its manifest promises/);
  expect(await readFile(file, "utf8")).toBe("[]");
});

function distance(first: Float32Array, second: Float32Array): number {
  return Math.max(...first.map((value, i) => Math.abs(value - (second[i] ?? Number.NaN))));
}
