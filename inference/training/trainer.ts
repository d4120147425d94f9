import type * as tf from "@tensorflow/tfjs";
import type { EncodedText } from "../src/tokenizer.js";
import { toBatch } from "./batch.js";
import { lossOf } from "./loss.js";
import type { EmotionNetwork } from "./network.js";
import { bucketed, type OptimisationOptions, optimise } from "./optimisation.js";
import type { Random } from "./random.js";
import type { Recipe } from "./recipe.js";

/** A text to learn from. */
export interface Example {
  text: EncodedText;
  /** How probable each emotion is: 1 for the label, or a teacher's opinion; sum 1. */
  target: Float32Array;
}

/** Trains a network in place: afterwards it holds the averaged weights. */
export async function train(
  network: EmotionNetwork,
  examples: readonly Example[],
  recipe: Readonly<Recipe>,
  options: OptimisationOptions,
): Promise<void> {
  const task = {
    variables: network.variables,
    batches: (random: Random) => bucketed(examples, recipe.batchSize, random),
    sizeOf: (batch: Example[]) => batch.length,
    loss: (batch: Example[], random: Random) => loss(network, batch, recipe, random),
    decay: (name: string) => (isDecayed(name) ? recipe.weightDecay : 0),
  };
  await optimise(task, recipe, options);
}

function loss(
  network: EmotionNetwork,
  examples: readonly Example[],
  recipe: Readonly<Recipe>,
  random: Random,
): tf.Scalar {
  const passes = recipe.agreementWeight > 0 ? [...examples, ...examples] : examples;
  const noise = { random, wordDropout: recipe.wordDropout, ngramDropout: recipe.ngramDropout };
  const batch = toBatch(
    passes.map(({ text }) => text),
    noise,
  );
  const dropout = { random, embedding: recipe.embeddingDropout, pooled: recipe.pooledDropout };
  return lossOf(
    network.halves(batch, dropout),
    passes.map(({ target }) => target),
    recipe,
  );
}

function isDecayed(name: string): boolean {
  return name.startsWith("forward.") || name.startsWith("backward.") || name === "dense";
}
