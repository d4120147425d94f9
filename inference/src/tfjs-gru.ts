import * as tf from "@tensorflow/tfjs";

/** The inputs of ONNX's operation GRU, with the gates in the order update, reset, candidate. */
export interface GruInputs {
  /** [T, B, I], time first */
  x: tf.Tensor3D;
  /** W: [2, 3H, I] */
  input: tf.Tensor3D;
  /** R: [2, 3H, H] */
  recurrent: tf.Tensor3D;
  /** B: [2, 6H], of the input first */
  biases: tf.Tensor2D;
  /** How many steps each sequence has; what follows them is padding. */
  lengths: Int32Array;
}

const DIRECTIONS = [0, 1] as const;

/**
 * The states of a bidirectional gated recurrent unit as ONNX defines it with `linear_before_reset=1` (Cho et al.,
 * "Learning Phrase Representations using RNN Encoder–Decoder", 2014):
 *
 *     z = σ(x_z + h R_z + b_z)    r = σ(x_r + h R_r + b_r)
 *     n = tanh(x_n + r · (h R_n + b_n))    h' = (1 − z) · n + z · h
 *
 * @returns Y: [T, 2, B, H], 0 where a sequence is over
 */
export function bidirectionalGru(inputs: GruInputs): tf.Tensor4D {
  return tf.stack(
    DIRECTIONS.map((direction) => oneDirection(inputs, direction)),
    1,
  ) as tf.Tensor4D;
}

function oneDirection({ x, input, recurrent, biases, lengths }: GruInputs, direction: 0 | 1): tf.Tensor3D {
  const [steps, rows, width] = x.shape;
  const hidden = recurrent.shape[2];
  const kernel = tf.unstack(recurrent)[direction] as tf.Tensor2D;
  const [inputBias, recurrentBias] = tf.split(tf.unstack(biases)[direction] as tf.Tensor1D, 2) as [
    tf.Tensor1D,
    tf.Tensor1D,
  ];
  const flat = tf.reshape(x, [steps * rows, width]) as tf.Tensor2D;
  const weights = tf.unstack(input)[direction] as tf.Tensor2D;
  const projections = tf.add(tf.matMul(flat, weights, false, true), inputBias).dataSync<"float32">();
  const output = new Float32Array(steps * rows * hidden);
  const state = new Float32Array(rows * hidden);
  for (let step = 0; step < steps; step += 1) {
    const before = tf.tensor2d(state, [rows, hidden]);
    const products = tf.add(tf.matMul(before, kernel, false, true), recurrentBias).dataSync<"float32">();
    for (let row = 0; row < rows; row += 1) {
      const length = lengths[row] ?? 0;
      if (step >= length) continue;
      const time = direction === 0 ? step : length - 1 - step;
      const at = (time * rows + row) * hidden;
      advance(state.subarray(row * hidden, (row + 1) * hidden), {
        x: projections.subarray(3 * at, 3 * (at + hidden)),
        h: products.subarray(3 * row * hidden, 3 * (row + 1) * hidden),
      });
      output.set(state.subarray(row * hidden, (row + 1) * hidden), at);
    }
  }
  return tf.tensor3d(output, [steps, rows, hidden]);
}

/** One step of one sequence: what the input and the state before it, each times its weights, make of the state. */
function advance(state: Float32Array, { x, h }: { x: Float32Array; h: Float32Array }): void {
  const hidden = state.length;
  for (let unit = 0; unit < hidden; unit += 1) {
    const [inReset, inCandidate] = [unit + hidden, unit + 2 * hidden];
    const update = sigmoid(at(x, unit) + at(h, unit));
    const reset = sigmoid(at(x, inReset) + at(h, inReset));
    const candidate = Math.tanh(at(x, inCandidate) + reset * at(h, inCandidate));
    state[unit] = (1 - update) * candidate + update * at(state, unit);
  }
}

function at(values: Float32Array, index: number): number {
  return values[index] as number;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
