import * as tf from "@tensorflow/tfjs";

/**
 * The product of two matrices, like `tf.matMul`, with a gradient that transposes explicitly: the
 * transposing product of the WebAssembly backend takes more than ten times as long.
 */
export function matMul(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return tf.customGrad((left, right, save) => {
    const [x, y] = [left as tf.Tensor2D, right as tf.Tensor2D];
    (save as tf.GradSaveFunc)([x, y]);
    return {
      value: tf.matMul(x, y),
      gradFunc: (dy, saved) => {
        const [savedX, savedY] = saved as [tf.Tensor2D, tf.Tensor2D];
        return [tf.matMul(dy as tf.Tensor2D, tf.transpose(savedY)), tf.matMul(tf.transpose(savedX), dy as tf.Tensor2D)];
      },
    };
  })(a, b) as tf.Tensor2D;
}
