import { EMOTIONS, type Emotion } from "../contract/index.js";
import { Tokenizer } from "../src/tokenizer.js";
import { type Calibration, calibrate } from "./calibration.js";
import { accuracyOf, askHeldOut } from "./held-out.js";
import { EmotionNetwork } from "./network.js";
import { NetworkEngine } from "./network-engine.js";
import type { Reporter } from "./progress.js";
import { Random } from "./random.js";
import type { Recipe } from "./recipe.js";
import type { Split } from "./split.js";
import { train } from "./trainer.js";
import { buildVocabulary } from "./vocabulary.js";
import { initialWeights } from "./weights.js";

/** How to train. */
export interface TrainNetworkOptions {
  recipe: Readonly<Recipe>;
  seed: number;
  reporter: Reporter;
  signal?: AbortSignal | undefined;
}

/** A network that has learned, and what it takes to ask it. */
export interface TrainedNetwork {
  network: EmotionNetwork;
  vocabulary: string[];
  tokenizer: Tokenizer;
  calibration: Calibration;
}

/**
 * Trains a new network on the training rows and calibrates it on the calibration rows.
 * @returns a network for the caller to dispose of
 */
export async function trainNetwork(
  { training, calibration }: Split,
  { recipe, seed, reporter, signal }: TrainNetworkOptions,
): Promise<TrainedNetwork> {
  const vocabulary = buildVocabulary(training, recipe);
  const tokenizer = new Tokenizer({ vocabulary, ...recipe });
  const random = new Random(seed);
  const size = { ...recipe, words: vocabulary.length };
  const network = new EmotionNetwork(size, initialWeights(size, random));
  const engine = new NetworkEngine(network);
  const examples = training.map(({ text, emotion }) => ({ text: tokenizer.encode(text), target: certainly(emotion) }));
  reporter.start(recipe.epochs, examples.length);
  try {
    await train(network, examples, {
      recipe,
      random,
      signal,
      onBatch: (progress) => reporter.batch(progress),
      onEpoch: async (progress) => {
        const heldOutAccuracy = accuracyOf(await askHeldOut(engine, tokenizer, calibration));
        reporter.epoch({ ...progress, heldOutAccuracy });
      },
    });
    const heldOut = await askHeldOut(engine, tokenizer, calibration);
    return { network, vocabulary, tokenizer, calibration: calibrate(heldOut) };
  } catch (error) {
    network.dispose();
    throw error;
  } finally {
    reporter.stop();
  }
}

/** The target of a text whose emotion a person named. */
function certainly(emotion: Emotion): Float32Array {
  return Float32Array.from(EMOTIONS, (each) => (each === emotion ? 1 : 0));
}
