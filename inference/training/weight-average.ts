import * as tf from "@tensorflow/tfjs";

/**
 * An exponential moving average of variables: less noisy than the last step's values. While there are few
 * steps it follows more closely, so that the start does not weigh on it.
 */
export class WeightAverage {
  readonly #variables: Readonly<Record<string, tf.Variable>>;
  readonly #decay: number;
  readonly #averages: Map<string, tf.Variable>;
  /** How many values were taken in. */
  step = 0;

  constructor(variables: Readonly<Record<string, tf.Variable>>, decay: number) {
    this.#variables = variables;
    this.#decay = decay;
    this.#averages = new Map(
      Object.entries(variables).map(([name, variable]) => [name, tf.variable(variable as tf.Tensor, false)]),
    );
  }

  /** Takes the present values in. */
  update(): void {
    this.step += 1;
    const decay = Math.min(this.#decay, (1 + this.step) / (10 + this.step));
    for (const [name, average] of this.#averages) {
      tf.tidy(() =>
        average.assign(tf.add(tf.mul(average, decay), tf.mul(this.#variables[name] as tf.Tensor, 1 - decay))),
      );
    }
  }

  /** Gives the variables the averaged values and the average theirs; a second call undoes the first. */
  swap(): void {
    for (const [name, average] of this.#averages) {
      const variable = this.#variables[name] as tf.Variable;
      tf.tidy(() => {
        const present = tf.clone(variable);
        variable.assign(average);
        average.assign(present);
      });
    }
  }

  /** The averages, by the variables' names. */
  averages(): Record<string, tf.Variable> {
    return Object.fromEntries(this.#averages);
  }

  dispose(): void {
    tf.dispose([...this.#averages.values()]);
  }
}
