import { Classifier } from "./classifier.js";
import { ModelError } from "./model-error.js";
import { loadVersion } from "./model-version.js";
import { OnnxEngine } from "./onnx-engine.js";
import type { ModelRegistry } from "./registry.js";
import { Tokenizer } from "./tokenizer.js";

/** A model version that is loaded, has passed its self-check and can classify. */
export interface ServingModel {
  version: string;
  /** Why this version serves. */
  reason: string;
  /** What computes the network, and why it does. */
  engine: { name: string; reason: string };
  classifier: Classifier;
  /** Frees the network; nothing may be classified any more. */
  close(): Promise<void>;
}

// One each: an ordinary text, one without a known word, one without any token, one that is cut.
const SELF_CHECK_TEXTS = ["I am so happy today!", "zzqx", "🙂", "I was afraid of the dark. ".repeat(100)];

/**
 * Loads the version that is to be served into an engine, and classifies a few fixed texts with it.
 * @param wanted the version to serve; undefined for the one that the registry's alias names
 * @throws ModelError when there is no such version, its folder is not in order, or its network cannot be
 *   read or gives anything but probabilities
 */
export async function openServingModel(registry: ModelRegistry, wanted?: string): Promise<ServingModel> {
  const version = wanted ?? (await registry.serving()).version;
  const { folder, manifest, vocabulary, network } = await loadVersion(await registry.find(version));
  try {
    const engine = await OnnxEngine.open(network);
    const tokenizer = new Tokenizer({ ...manifest, vocabulary });
    const classifier = new Classifier({ tokenizer, engine, manifest });
    await classifier.classify(SELF_CHECK_TEXTS);
    return {
      version,
      reason: wanted === undefined ? "the alias serving names it" : "EMOTION_MODEL names it",
      engine: { name: engine.name, reason: "every version is published as an ONNX network" },
      classifier,
      close: () => engine.close(),
    };
  } catch (error) {
    throw new ModelError(`${folder} fails its self-check: ${(error as Error).message}`);
  }
}
