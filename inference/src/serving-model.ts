import type { Classifier } from "./classifier.js";
import type { EngineChoice } from "./engine-choice.js";
import type { ModelRegistry } from "./registry.js";
import { openVersion } from "./self-check.js";
import type { Tokenizer } from "./tokenizer.js";

/** A model version that is loaded, has passed its self-check and can classify. */
export interface ServingModel {
  version: string;
  /** Why this version serves. */
  reason: string;
  /** What computes the network, and why it does. */
  engine: { name: string; reason: string };
  classifier: Classifier;
  tokenizer: Tokenizer;
  /** Frees the network; nothing may be classified any more. */
  close(): Promise<void>;
}

/** What is to serve. */
export interface Wanted {
  /** The version; undefined for the one that the registry's alias names. */
  version?: string | undefined;
  /** What is to compute it. */
  engine?: EngineChoice | undefined;
}

/**
 * Loads the version that is to be served into an engine, and classifies a few fixed texts with it.
 * @throws ModelError when there is no such version, its folder is not in order, or its network cannot be
 *   read or gives anything but probabilities
 */
export async function openServingModel(registry: ModelRegistry, wanted: Wanted = {}): Promise<ServingModel> {
  const version = wanted.version ?? (await registry.serving()).version;
  const { engine, classifier, encoder, close } = await openVersion(await registry.find(version), wanted.engine);
  return {
    version,
    reason: wanted.version === undefined ? "the alias serving names it" : "EMOTION_MODEL names it",
    engine,
    classifier,
    tokenizer: encoder,
    close,
  };
}
