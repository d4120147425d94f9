import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import type { LabelledText } from "../contract/index.js";
import { Classifier } from "../src/classifier.js";
import type { Engine } from "../src/engine.js";
import { loadVersion, type ModelVersion } from "../src/model-version.js";
import { OnnxEngine } from "../src/onnx-engine.js";
import { type Published, publish } from "../src/publish.js";
import { Tokenizer } from "../src/tokenizer.js";
import { startBackend } from "./backend.js";
import { Workshop } from "./checkpoint.js";
import { type Corpus, readCorpora } from "./corpora/index.js";
import { type Dataset, readDatasets } from "./dataset-file.js";
import { assertAgreement } from "./engine-agreement.js";
import { judgedRows } from "./judged-rows.js";
import { readSources } from "./labelled-sources.js";
import { withoutLeaks } from "./leak-check.js";
import { type Evaluation, evaluateAll } from "./metrics.js";
import { NetworkEngine } from "./network-engine.js";
import { exportOnnx } from "./onnx-export.js";
import { parentVersion } from "./parent-version.js";
import { type ProbeResults, runProbes } from "./probes.js";
import { Random } from "./random.js";
import { type Split, splitRows } from "./split.js";
import { type TrainedNetwork, trainNetwork } from "./trained-network.js";
import type { LeftOut, TrainingOutcome, TrainingRequest } from "./training-request.js";
import { trainingReport, versionContent, writeReport } from "./version-content.js";
import { type WorstError, worstErrors } from "./worst-errors.js";

/**
 * Reads, checks, trains, calibrates, measures and publishes. The same request gives the same weights on the same
 * backend; one that was stopped goes on from its last epoch.
 * @throws DatasetError for data that cannot be used, ModelError when the written network does not compute
 *   what was trained
 */
export async function trainVersion(request: TrainingRequest): Promise<TrainingOutcome & Published> {
  const material = await gather(request);
  const backend = await startBackend();
  for (const line of summary(material)) request.reporter.note(line);
  request.reporter.note(`TensorFlow.js computes with ${backend.name}: ${backend.reason}.`);
  const { split, corpora, parent } = material;
  const workshop = new Workshop(
    join(request.registry, ".training", await fingerprint(request, material)),
    request.until,
  );
  const startedAt = performance.now();
  const trained = await trainNetwork(split, {
    ...request,
    workshop,
    corpora,
    parent: parent && parentVersion(parent),
  });
  const seconds = (performance.now() - startedAt) / 1000;
  try {
    const { network, gate, curve, crossValidation } = trained;
    const bytes = exportOnnx(network.size, network.weights(), gate?.weights());
    const { evaluation, worst, probes } = await measure(trained, bytes, request, split);
    const outcome = {
      ...described(material),
      evaluation,
      probes,
      curve,
      crossValidation,
      backend: backend.name,
      seconds,
    };
    const compared = parent && { version: parent.manifest.version, evaluation: await measured(parent, split.test) };
    const complete = { ...outcome, parent: compared ?? null };
    const content = versionContent({ request, trained, network: bytes, outcome: complete });
    const published = await publish(request.registry, content, request.signal);
    if (request.report) await writeReport(request.report, trainingReport(published.version, complete, worst));
    await workshop.remove();
    return { ...complete, ...published };
  } finally {
    trained.network.dispose();
    trained.gate?.dispose();
  }
}

/** All that a training learns from and is measured with. */
interface Material {
  data: Dataset;
  test: Dataset | undefined;
  split: Split;
  corpora: Corpus[] | undefined;
  parent: ModelVersion | undefined;
  leftOut: LeftOut;
}

async function gather(request: TrainingRequest): Promise<Material> {
  const data = await readSources(request.data);
  const test = request.test === undefined ? undefined : await readDatasets([request.test]);
  const parent = request.parent === undefined ? undefined : await loadVersion(request.parent);
  const { rows, ...leftOut } = judgedRows(data.rows);
  const checked = withoutLeaks(
    rows,
    (test?.rows ?? []).map(({ text }) => text),
  );
  // Not the seed of the training: versions that differ in it alone are measured with the same rows.
  const split = splitRows(checked.kept, new Random(0), test?.rows);
  const corpora = request.corpora === undefined ? undefined : await readCorpora(request.corpora);
  const clean = corpora && withoutTestTexts(corpora, split.test);
  const leakedCorpusTexts = size(corpora) - size(clean);
  return {
    data,
    test,
    split,
    corpora: clean,
    parent,
    leftOut: { ...leftOut, leaked: checked.dropped, leakedCorpusTexts },
  };
}

/** The corpora without what is, or nearly is, among the texts that the version is measured with. */
function withoutTestTexts(corpora: readonly Corpus[], test: readonly LabelledText[]): Corpus[] {
  const texts = test.map(({ text }) => text);
  return corpora.map((corpus) => ({
    ...corpus,
    texts: withoutLeaks(corpus.texts, texts).kept,
    neutralTexts: withoutLeaks(
      (corpus.neutralTexts ?? []).map((text) => ({ text })),
      texts,
    ).kept.map(({ text }) => text),
  }));
}

function size(corpora: readonly Corpus[] = []): number {
  return corpora.reduce((sum, { texts, neutralTexts = [] }) => sum + texts.length + neutralTexts.length, 0);
}

function described({ data, test, split, corpora = [], leftOut }: Material) {
  return {
    split,
    leftOut,
    files: data.files,
    datasetSha256: data.sha256,
    testSha256: test?.sha256 ?? null,
    corpora: corpora.map(({ name, texts, neutralTexts = [] }) => ({ name, texts: texts.length + neutralTexts.length })),
  };
}

function summary({ split: { training, calibration, test }, corpora = [], leftOut }: Material): string[] {
  const { pending, duplicates, outvoted, leaked, leakedCorpusTexts } = leftOut;
  const rest = [
    [pending, "rows that nobody has judged"],
    [duplicates, "duplicates"],
    [outvoted, "rows whose label others of the same text outvote"],
    [leaked.length, "rows that are, or nearly are, in the test file"],
    [leakedCorpusTexts, "texts of the corpora that are, or nearly are, in the test file"],
  ].filter(([count]) => count !== 0);
  return [
    `${training.length} rows to learn from, ${calibration.length} to calibrate, ${test.length} to measure.`,
    ...corpora.map(({ name, texts }) => `${texts.length} texts of ${name} to learn from first.`),
    ...rest.map(([count, what]) => `Left out: ${count} ${what}.`),
    ...leaked.slice(0, SHOWN_LEAKS).map(({ file = "", line = 0, reason }) => `  ${file}, line ${line}: ${reason}`),
  ];
}

const SHOWN_LEAKS = 20;

/** What tells one training from another, so that only the same one goes on where it stopped. */
async function fingerprint(
  { recipe, recipeName, seed, wordVectors }: TrainingRequest,
  { data, test, parent, corpora = [] }: Material,
): Promise<string> {
  const made = [recipe, recipeName, seed, data.sha256, test?.sha256, parent?.manifest.files];
  const hash = createHash("sha256").update(JSON.stringify(made));
  for (const { texts } of corpora) for (const { text } of texts) hash.update(text);
  if (wordVectors) for await (const chunk of createReadStream(wordVectors)) hash.update(chunk);
  return hash.digest("hex").slice(0, 16);
}

/** Measures the written network with the test rows; it must answer them like the one that was trained. */
async function measure(
  trained: TrainedNetwork,
  network: Uint8Array,
  { reporter }: TrainingRequest,
  { test }: Split,
): Promise<{ evaluation: Evaluation; worst: WorstError[]; probes: ProbeResults }> {
  const texts = test.map(({ text }) => text);
  const own = new NetworkEngine(trained.network, trained.gate);
  const expected = await classifierOf(trained, own).classify(texts);
  const engine = await OnnxEngine.open(network);
  try {
    const found = await classifierOf(trained, engine).classify(texts);
    const difference = assertAgreement(expected, found).toExponential(1);
    reporter.note(`TensorFlow.js and ONNX Runtime agree: no probability differs by more than ${difference}.`);
    const probes = await runProbes(classifierOf(trained, engine));
    return { evaluation: evaluateAll(test, found), worst: worstErrors(test, found), probes };
  } finally {
    await engine.close();
  }
}

async function measured({ manifest, tokenizer, network }: ModelVersion, test: readonly LabelledText[]) {
  const engine = await OnnxEngine.open(network);
  try {
    const classifier = new Classifier({ tokenizer: new Tokenizer(tokenizer), engine, manifest });
    return evaluateAll(test, await classifier.classify(test.map(({ text }) => text)));
  } finally {
    await engine.close();
  }
}

function classifierOf({ tokenizer, calibration }: TrainedNetwork, engine: Engine): Classifier {
  const { temperature, lowConfidence, neutral } = calibration;
  return new Classifier({ tokenizer, engine, manifest: { temperature, thresholds: { lowConfidence, neutral } } });
}
