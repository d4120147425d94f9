import { type Classification, EMOTIONS } from "../contract/index.js";
import { Classifier } from "./classifier.js";
import type { Engine } from "./engine.js";
import { type EngineChoice, engineReason, openEngine } from "./engine-choice.js";
import { ModelError } from "./model-error.js";
import { loadVersion, type ModelVersion } from "./model-version.js";
import { Tokenizer } from "./tokenizer.js";

/** A version that is loaded into an engine and has passed its self-check. */
export interface OpenVersion extends ModelVersion {
  engine: { name: string; reason: string };
  classifier: Classifier;
  encoder: Tokenizer;
  /** Frees the network; nothing may be classified any more. */
  close(): Promise<void>;
}

// One each: an ordinary text, one without a known word, one without any token, one that is cut. Together they
// also show that the network takes texts of different lengths at once.
const SELF_CHECK_TEXTS = ["I am so happy today!", "zzqx", "🙂", "I was afraid of the dark. ".repeat(400)];

// Of a probability: rounding differs a little with the width of a batch.
const TOLERANCE = 1e-4;

/**
 * Loads a version into an engine, and classifies a few fixed texts with it.
 * @param choice what is to compute it
 * @throws ModelError when its folder is not in order, or its network cannot be read or gives anything but
 *   probabilities
 */
export async function openVersion(folder: string, choice: EngineChoice = "onnx"): Promise<OpenVersion> {
  const version = await loadVersion(folder);
  let engine: Engine | undefined;
  try {
    engine = await openEngine(version.network, choice);
    const encoder = new Tokenizer(version.tokenizer);
    const classifier = new Classifier({ tokenizer: encoder, engine, manifest: version.manifest });
    await classifyAll(classifier);
    return {
      ...version,
      engine: { name: engine.name, reason: engineReason(choice) },
      classifier,
      encoder,
      close: () => (engine as Engine).close(),
    };
  } catch (error) {
    await engine?.close();
    throw new ModelError(`${folder} fails its self-check: ${(error as Error).message}`);
  }
}

async function classifyAll(classifier: Classifier): Promise<void> {
  const together = await classifier.classify(SELF_CHECK_TEXTS);
  for (const [index, text] of SELF_CHECK_TEXTS.entries()) {
    const [alone] = await classifier.classify([text]);
    if (alone && together[index] && largestDifference(alone, together[index]) < TOLERANCE) continue;
    throw new Error("a text's probabilities differ when it is classified together with others.");
  }
}

function largestDifference(a: Classification, b: Classification): number {
  return Math.max(...EMOTIONS.map((emotion) => Math.abs(a.probabilities[emotion] - b.probabilities[emotion])));
}
