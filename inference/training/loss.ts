import * as tf from "@tensorflow/tfjs";
import { EMOTIONS } from "../contract/index.js";
import type { Halves } from "./network.js";
import type { Recipe } from "./recipe.js";

/**
 * What training makes small, for a batch that holds every example twice, all of them and then all again
 * (once, when agreement has no weight): each pass drops other words and values.
 *
 * To the cross entropy of the network's answer it adds that of each half alone, so that neither leans on
 * the other, and how far the two answers to one example are apart (R-Drop; Liang et al., "R-Drop:
 * Regularized Dropout for Neural Networks", 2021).
 * @param targets by row, how probable each emotion is
 */
export function lossOf({ deep, wide }: Halves, targets: readonly Float32Array[], recipe: Readonly<Recipe>): tf.Scalar {
  const smoothed = smoothedTargets(targets, recipe.labelSmoothing);
  const logProbabilities = tf.logSoftmax(tf.add(deep, wide) as tf.Tensor2D);
  const halves = tf.add(crossEntropy(tf.logSoftmax(deep), smoothed), crossEntropy(tf.logSoftmax(wide), smoothed));
  const right = tf.add(crossEntropy(logProbabilities, smoothed), tf.mul(halves, recipe.halfWeight)) as tf.Scalar;
  if (recipe.agreementWeight === 0) return right;
  return tf.add(right, tf.mul(disagreement(logProbabilities), recipe.agreementWeight)) as tf.Scalar;
}

/** Less certain targets (label smoothing; Szegedy et al., "Rethinking the Inception Architecture", 2016). */
function smoothedTargets(targets: readonly Float32Array[], smoothing: number): tf.Tensor2D {
  const values = new Float32Array(targets.length * EMOTIONS.length);
  targets.forEach((target, row) => {
    const smoothed = target.map((share) => share * (1 - smoothing) + smoothing / EMOTIONS.length);
    values.set(smoothed, row * EMOTIONS.length);
  });
  return tf.tensor2d(values, [targets.length, EMOTIONS.length]);
}

function crossEntropy(logProbabilities: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar {
  return tf.mul(tf.sum(tf.mul(logProbabilities, targets)), -1 / targets.shape[0]) as tf.Scalar;
}

/**
 * A quarter of the two Kullback-Leibler divergences, one each way, between the passes over an example, on
 * average. R-Drop takes half of them for every two rows, and the cross entropy here is a mean of rows.
 */
function disagreement(logProbabilities: tf.Tensor2D): tf.Scalar {
  const [rows, width] = logProbabilities.shape;
  const first = tf.slice(logProbabilities, [0, 0], [rows / 2, width]);
  const second = tf.slice(logProbabilities, [rows / 2, 0], [rows / 2, width]);
  const divergences = tf.mul(tf.sub(tf.exp(first), tf.exp(second)), tf.sub(first, second));
  return tf.mul(tf.sum(divergences), 1 / (2 * rows)) as tf.Scalar;
}
