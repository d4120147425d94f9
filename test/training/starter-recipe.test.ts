import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { OnnxEngine } from "../../inference/src/onnx-engine.js";
import { openVersion } from "../../inference/src/self-check.js";
import { StageReached } from "../../inference/training/checkpoint.js";
import { RECIPE } from "../../inference/training/recipe.js";
import type { TrainingRequest } from "../../inference/training/training-request.js";
import { trainVersion } from "../../inference/training/training-run.js";
import { writeCorpora, writeWordVectors } from "./made-up-corpora.js";
import { madeUpRows, writeCsv } from "./made-up-dataset.js";
import { ScratchFolder } from "./scratch-folder.js";

const SMALL = { ...RECIPE, ngramBuckets: 512, embedding: 8, hidden: 6, batchSize: 16, epochs: 8, learningRate: 1e-2 };

let folder: ScratchFolder;
let request: TrainingRequest;
const notes: string[] = [];

beforeAll(async () => {
  folder = await ScratchFolder.create();
  request = {
    data: [await writeCsv(folder.file("rows.csv"), madeUpRows(30))],
    test: await writeCsv(folder.file("test.csv"), [{ text: "We were happy near the garden", emotion: "joy" }]),
    corpora: await writeCorpora(folder.file("corpora")),
    wordVectors: await writeWordVectors(folder.file("vectors.txt"), 8),
    registry: folder.file("models"),
    report: folder.file("report.html"),
    recipeName: "starter",
    recipe: SMALL,
    folds: 2,
    seeds: 2,
    seed: 1,
    reporter: { note: (text) => notes.push(text), start() {}, batch() {}, epoch() {}, stop() {} },
  };
});

afterAll(() => folder.remove());

test("each stage can be the last, and the next command goes on from it", async () => {
  await expect(trainVersion({ ...request, until: "pretraining" })).rejects.toThrow(StageReached);
  expect(notes).toContain("Pretraining on goemotions, xed, event2mind.");
  notes.length = 0;
  const outcome = await trainVersion(request);
  expect(notes).not.toContain("Pretraining on goemotions, xed, event2mind.");
  expect(outcome.leftOut.leakedCorpusTexts).toBe(3);
  expect(outcome.crossValidation).toMatchObject({ folds: 2, rows: outcome.split.training.length });
  expect(outcome.crossValidation?.accuracies).toHaveLength(2);
  const whole = await trainVersion({ ...request, registry: folder.file("whole") });
  expect(whole.version.slice(9)).toBe(outcome.version.slice(9));
  const version = await openVersion(outcome.folder);
  try {
    const [happy] = await version.classifier.classify(["I was happy."]);
    expect(happy?.emotion).toBe("joy");
    const texts = ["I was happy.", "The street is next to the station."].map((text) => version.encoder.encode(text));
    const engine = await OnnxEngine.open(version.network);
    const [felt = 0, plain = 0] = (await engine.run(texts)).neutral ?? [];
    await engine.close();
    expect(plain).toBeGreaterThan(felt);
    expect(version.manifest.training).toMatchObject({ recipe: "starter", parent: null });
    expect(version.manifest.thresholds.neutral).toBeGreaterThan(0);
    const card = await readFile(join(outcome.folder, "MODEL_CARD.md"), "utf8");
    expect(card).toContain("2-fold cross-validation");
    expect(card).toContain(`| neutral | ${outcome.probes.neutral.passed} of ${outcome.probes.neutral.total} |`);
    expect(await readFile(folder.file("report.html"), "utf8")).toContain(outcome.version);
    expect(JSON.parse(await readFile(folder.file("report.json"), "utf8"))).toMatchObject({ version: outcome.version });
  } finally {
    await version.close();
  }
});
