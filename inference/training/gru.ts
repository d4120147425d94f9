import * as tf from "@tensorflow/tfjs";

/** The recurrent half of a GRU's weights; the gates stand side by side in the order update, reset, candidate. */
export interface RecurrentWeights {
  /** [H, 3H] */
  kernel: tf.Tensor2D;
  /** [3H] */
  bias: tf.Tensor1D;
}

/** Sequences of different lengths that are processed at once. */
export interface SequenceShape {
  /** How many steps each sequence has, at least 1; what follows them is padding. */
  lengths: Int32Array;
  /** Read every sequence from its last step to its first. */
  reverse: boolean;
}

/**
 * The hidden states of a gated recurrent unit (Cho et al., 2014) in the variant that resets after the
 * recurrent product, as in ONNX with `linear_before_reset=1`:
 *
 *     z = σ(x_z + h U_z + b_z)    r = σ(x_r + h U_r + b_r)
 *     n = tanh(x_n + r · (h U_n + b_n))    h' = (1 − z) · n + z · h
 *
 * The whole sequence is one operation with its own gradient: only the matrix products run in TensorFlow.js,
 * the gates in one loop each, which saves most of the dispatching and all the work on padding.
 * @param projections [T, B, 3H], time first: the inputs already multiplied by their weights, bias included
 * @returns [T, B, H], 0 where a sequence is over
 */
export function gruSequence(projections: tf.Tensor3D, weights: RecurrentWeights, shape: SequenceShape): tf.Tensor3D {
  return tf.customGrad((x, kernel, bias, save) => {
    const run = new GruRun(x as tf.Tensor3D, shape);
    const value = run.forward(kernel as tf.Tensor2D, bias as tf.Tensor1D);
    (save as tf.GradSaveFunc)([kernel as tf.Tensor2D]);
    return { value, gradFunc: (dy, [saved]) => run.backward(dy as tf.Tensor3D, saved as tf.Tensor2D) };
  })(projections, weights.kernel, weights.bias) as tf.Tensor3D;
}

/** What a pass leaves for its gradient: by step, row and unit. */
interface Trace {
  /** z */
  updates: Float32Array;
  /** r */
  resets: Float32Array;
  /** n */
  candidates: Float32Array;
  /** h U_n + b_n */
  products: Float32Array;
  /** h */
  before: Float32Array;
}

/** One pass over a batch of sequences. */
class GruRun {
  readonly #x: Float32Array;
  readonly #steps: number;
  readonly #rows: number;
  readonly #width: number;
  readonly #shape: SequenceShape;
  readonly #trace: Trace;

  constructor(projections: tf.Tensor3D, shape: SequenceShape) {
    const [steps, rows, gates] = projections.shape;
    this.#x = projections.dataSync<"float32">();
    this.#steps = steps;
    this.#rows = rows;
    this.#width = gates / 3;
    this.#shape = shape;
    const empty = () => new Float32Array(steps * rows * this.#width);
    this.#trace = { updates: empty(), resets: empty(), candidates: empty(), products: empty(), before: empty() };
  }

  forward(kernel: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor3D {
    const size = this.#rows * this.#width;
    const output = new Float32Array(this.#steps * size);
    const state = new Float32Array(size);
    for (const step of this.#order()) {
      const before = tf.tensor2d(state, [this.#rows, this.#width]);
      const recurrent = tf.fused.matMul({ a: before, b: kernel, bias });
      this.#trace.before.set(state, step * size);
      this.#advance(step, recurrent.dataSync<"float32">(), state, output);
      tf.dispose([before, recurrent]);
    }
    return tf.tensor3d(output, [this.#steps, this.#rows, this.#width]);
  }

  /** One step of every row that is not over. */
  #advance(step: number, recurrent: Float32Array, state: Float32Array, output: Float32Array): void {
    const width = this.#width;
    const { updates, resets, candidates, products } = this.#trace;
    const x = this.#x.subarray(step * this.#rows * 3 * width);
    for (let row = 0; row < this.#rows; row += 1) {
      if (step >= at(this.#shape.lengths, row)) continue;
      let cell = (step * this.#rows + row) * width;
      let gate = row * 3 * width;
      for (let unit = row * width; unit < (row + 1) * width; unit += 1, cell += 1, gate += 1) {
        const z = sigmoid(at(x, gate) + at(recurrent, gate));
        const r = sigmoid(at(x, gate + width) + at(recurrent, gate + width));
        const product = at(recurrent, gate + 2 * width);
        const n = tanh(at(x, gate + 2 * width) + r * product);
        updates[cell] = z;
        resets[cell] = r;
        candidates[cell] = n;
        products[cell] = product;
        output[cell] = state[unit] = n + z * (at(state, unit) - n);
      }
    }
  }

  backward(dy: tf.Tensor3D, kernel: tf.Tensor2D): tf.Tensor[] {
    const [steps, rows, width] = [this.#steps, this.#rows, this.#width];
    const gradient = dy.dataSync<"float32">();
    const transposed = tf.transpose(kernel);
    const dProjections = new Float32Array(steps * rows * 3 * width);
    const dRecurrent = new Float32Array(steps * rows * 3 * width);
    const carry = new Float32Array(rows * width);
    for (const step of this.#order().reverse()) {
      this.#retreat(step, gradient, carry, dProjections, dRecurrent);
      const part = dRecurrent.subarray(step * rows * 3 * width, (step + 1) * rows * 3 * width);
      const dGates = tf.tensor2d(part, [rows, 3 * width]);
      const through = tf.matMul(dGates, transposed);
      add(carry, through.dataSync<"float32">());
      tf.dispose([dGates, through]);
    }
    const dGates = tf.tensor2d(dRecurrent, [steps * rows, 3 * width]);
    const before = tf.tensor2d(this.#trace.before, [steps * rows, width]);
    return [
      tf.tensor3d(dProjections, [steps, rows, 3 * width]),
      tf.matMul(tf.transpose(before), dGates),
      tf.sum(dGates, 0),
    ];
  }

  /** One step back: turns the gradient of a state into those of the gates' inputs. */
  #retreat(step: number, dy: Float32Array, carry: Float32Array, dX: Float32Array, dRecurrent: Float32Array): void {
    const width = this.#width;
    const { updates, resets, candidates, products, before } = this.#trace;
    for (let row = 0; row < this.#rows; row += 1) {
      if (step >= at(this.#shape.lengths, row)) continue;
      let cell = (step * this.#rows + row) * width;
      let gate = cell * 3;
      for (let unit = row * width; unit < (row + 1) * width; unit += 1, cell += 1, gate += 1) {
        const [z, r, n] = [at(updates, cell), at(resets, cell), at(candidates, cell)];
        const dState = at(dy, cell) + at(carry, unit);
        const dN = dState * (1 - z) * (1 - n * n);
        dX[gate] = dRecurrent[gate] = dState * (at(before, cell) - n) * z * (1 - z);
        dX[gate + width] = dRecurrent[gate + width] = dN * at(products, cell) * r * (1 - r);
        dX[gate + 2 * width] = dN;
        dRecurrent[gate + 2 * width] = dN * r;
        carry[unit] = dState * z;
      }
    }
  }

  #order(): number[] {
    const steps = Array.from({ length: this.#steps }, (_, step) => step);
    return this.#shape.reverse ? steps.reverse() : steps;
  }
}

function add(target: Float32Array, values: Float32Array): void {
  for (let i = 0; i < target.length; i += 1) target[i] = at(target, i) + at(values, i);
}

function at(values: Float32Array | Int32Array, index: number): number {
  return values[index] ?? Number.NaN;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function tanh(x: number): number {
  return 2 / (1 + Math.exp(-2 * x)) - 1;
}
