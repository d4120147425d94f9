import { Classifier } from "../src/classifier.js";
import type { Engine } from "../src/engine.js";
import { OnnxEngine } from "../src/onnx-engine.js";
import { startBackend } from "./backend.js";
import { readDatasets } from "./dataset-file.js";
import { assertAgreement } from "./engine-agreement.js";
import { type Evaluation, evaluateAll } from "./metrics.js";
import { NetworkEngine } from "./network-engine.js";
import { exportOnnx } from "./onnx-export.js";
import { type Published, publish } from "./publish.js";
import { Random } from "./random.js";
import { type Split, splitRows } from "./split.js";
import { type TrainedNetwork, trainNetwork } from "./trained-network.js";
import type { TrainingOutcome, TrainingRequest } from "./training-request.js";
import { versionContent } from "./version-content.js";

/**
 * Reads, trains, calibrates, measures and publishes. The same request gives the same weights on the same backend.
 * @throws DatasetError for data that cannot be used, ModelError when the written network does not compute
 *   what was trained
 */
export async function trainVersion(request: TrainingRequest): Promise<TrainingOutcome & Published> {
  const { rows, sha256 } = await readDatasets(request.data);
  const test = request.test === undefined ? undefined : (await readDatasets([request.test])).rows;
  // Not the seed of the training: versions that differ in it alone are measured with the same rows.
  const split = splitRows(rows, new Random(0), test);
  const backend = await startBackend();
  request.reporter.note(summary(split));
  request.reporter.note(`TensorFlow.js computes with ${backend.name}: ${backend.reason}.`);
  const startedAt = performance.now();
  const trained = await trainNetwork(split, request);
  const seconds = (performance.now() - startedAt) / 1000;
  try {
    const network = exportOnnx(trained.network.size, trained.network.weights());
    const evaluation = await measure(trained, network, request, split);
    const outcome = { evaluation, split, datasetSha256: sha256, backend: backend.name, seconds };
    const content = versionContent({ request, trained, network, outcome });
    return { ...outcome, ...(await publish(request.registry, content, request.signal)) };
  } finally {
    trained.network.dispose();
  }
}

function summary({ training, calibration, test, overlap }: Split): string {
  const left = overlap > 0 ? ` ${overlap} rows are left out, because the test file has their text, too.` : "";
  return `${training.length} rows to learn from, ${calibration.length} to calibrate, ${test.length} to measure.${left}`;
}

/** Measures the written network with the test rows; it must answer them like the one that was trained. */
async function measure(
  trained: TrainedNetwork,
  network: Uint8Array,
  { reporter }: TrainingRequest,
  { test }: Split,
): Promise<Evaluation> {
  const texts = test.map(({ text }) => text);
  const expected = await classifierOf(trained, new NetworkEngine(trained.network)).classify(texts);
  const engine = await OnnxEngine.open(network);
  try {
    const found = await classifierOf(trained, engine).classify(texts);
    const difference = assertAgreement(expected, found).toExponential(1);
    reporter.note(`TensorFlow.js and ONNX Runtime agree: no probability differs by more than ${difference}.`);
    return evaluateAll(test, found);
  } finally {
    await engine.close();
  }
}

function classifierOf({ tokenizer, calibration }: TrainedNetwork, engine: Engine): Classifier {
  const { temperature, lowConfidence } = calibration;
  return new Classifier({ tokenizer, engine, manifest: { temperature, thresholds: { lowConfidence } } });
}
