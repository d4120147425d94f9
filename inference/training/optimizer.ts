import * as tf from "@tensorflow/tfjs";

/** What an optimizer is told once. */
export interface OptimizerOptions {
  /** What each variable loses of itself a step, times the learning rate. */
  decay: (name: string) => number;
  /** The largest norm of all gradients together; larger ones are scaled down to it. */
  clipNorm: number;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * AdamW (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019), which TensorFlow.js lacks:
 * its Adam has no weight decay.
 */
export class AdamW {
  readonly #variables: Readonly<Record<string, tf.Variable>>;
  readonly #options: OptimizerOptions;
  readonly #means: Map<string, tf.Variable>;
  readonly #squares: Map<string, tf.Variable>;
  /** How many steps were made. */
  step = 0;

  constructor(variables: Readonly<Record<string, tf.Variable>>, options: OptimizerOptions) {
    this.#variables = variables;
    this.#options = options;
    this.#means = zerosLike(variables);
    this.#squares = zerosLike(variables);
  }

  /**
   * Changes every variable in place and disposes of the gradients.
   * @param gradients by the names that the variables have here
   */
  apply(gradients: Readonly<Record<string, tf.Tensor>>, learningRate: number): void {
    this.step += 1;
    const scale = Math.min(1, this.#options.clipNorm / (globalNorm(Object.values(gradients)) + EPSILON));
    for (const [name, gradient] of Object.entries(gradients)) {
      tf.tidy(() => this.#update(name, tf.mul(gradient, scale), learningRate));
      gradient.dispose();
    }
  }

  /** The moving averages of the gradients and of their squares, by the variables' names. */
  moments(): Record<"mean" | "square", Record<string, tf.Variable>> {
    return { mean: Object.fromEntries(this.#means), square: Object.fromEntries(this.#squares) };
  }

  dispose(): void {
    tf.dispose([...this.#means.values(), ...this.#squares.values()]);
  }

  #update(name: string, gradient: tf.Tensor, learningRate: number): void {
    const variable = this.#variables[name] as tf.Variable;
    const mean = this.#means.get(name) as tf.Variable;
    const square = this.#squares.get(name) as tf.Variable;
    mean.assign(tf.add(tf.mul(mean, BETA1), tf.mul(gradient, 1 - BETA1)));
    square.assign(tf.add(tf.mul(square, BETA2), tf.mul(tf.square(gradient), 1 - BETA2)));
    const rate = learningRate / (1 - BETA1 ** this.step);
    const spread = tf.add(tf.sqrt(tf.mul(square, 1 / (1 - BETA2 ** this.step))), EPSILON);
    const kept = tf.mul(variable, 1 - learningRate * this.#options.decay(name));
    variable.assign(tf.sub(kept, tf.mul(tf.div(mean, spread), rate)));
  }
}

function zerosLike(variables: Readonly<Record<string, tf.Variable>>): Map<string, tf.Variable> {
  return new Map(
    Object.entries(variables).map(([name, { shape }]) => [name, tf.tidy(() => tf.variable(tf.zeros(shape), false))]),
  );
}

function globalNorm(gradients: readonly tf.Tensor[]): number {
  const squares = tf.tidy(() => tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
  const [sum = 0] = squares.dataSync();
  squares.dispose();
  return Math.sqrt(sum);
}
