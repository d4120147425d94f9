import * as tf from "@tensorflow/tfjs";
import { matMul } from "./matmul.js";

/**
 * One vector a sequence: the mean of its states, weighted by a softmax over how much each speaks for itself.
 * @param states [T, B, F]
 * @param weights [F, 1], what a state is scored by
 * @param padding [T, B], 0 where a sequence has a step, a large negative number where it is over
 * @returns [B, F]
 */
export function attentionPool(states: tf.Tensor3D, weights: tf.Tensor2D, padding: tf.Tensor2D): tf.Tensor2D {
  const [steps, rows, width] = states.shape;
  const scores = tf.add(tf.reshape(matMul(tf.reshape(states, [steps * rows, width]), weights), [steps, rows]), padding);
  const shares = tf.transpose(tf.softmax(tf.transpose(scores)));
  return tf.sum(tf.mul(states, tf.reshape(shares, [steps, rows, 1])), 0);
}

/**
 * One vector a sequence: for each feature the largest of all states.
 *
 * The gradient of `tf.max` compares with broadcasting, which WebAssembly does a hundred times slower than
 * the subtraction here.
 * @param states [T, B, F]
 * @param padding [T, B], 0 where a sequence has a step, a large negative number where it is over
 * @returns [B, F]
 */
export function maxPool(states: tf.Tensor3D, padding: tf.Tensor2D): tf.Tensor2D {
  const [steps, rows] = padding.shape;
  return tf.customGrad((input, save) => {
    const candidates = tf.add(input as tf.Tensor3D, tf.reshape(padding, [steps, rows, 1]));
    const value = tf.max(candidates, 0);
    (save as tf.GradSaveFunc)([candidates, value]);
    return {
      value,
      gradFunc: (dy, saved) => {
        const [all, largest] = saved as [tf.Tensor3D, tf.Tensor2D];
        const isLargest = tf.sub(1, tf.step(tf.sub(largest, all)));
        return tf.mul(isLargest, dy);
      },
    };
  })(states) as tf.Tensor2D;
}
