import * as tf from "@tensorflow/tfjs";

/**
 * The rows of a table that `ids` names, like `tf.gather`, with a gradient that every backend can compute:
 * WebAssembly has no kernel for the one that `tf.gather` asks for.
 * @param table [rows, width]
 * @param ids which rows; a row may be named any number of times
 * @returns [ids.length, width]
 */
export function lookup(table: tf.Tensor2D, ids: Int32Array): tf.Tensor2D {
  const shape = table.shape;
  return tf.customGrad((rows) => {
    return {
      value: tf.gather(rows as tf.Tensor2D, tf.tensor1d(ids, "int32")),
      gradFunc: (dy) => tf.scatterND(tf.tensor2d(ids, [ids.length, 1], "int32"), dy as tf.Tensor2D, shape),
    };
  })(table) as tf.Tensor2D;
}
