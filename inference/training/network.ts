import * as tf from "@tensorflow/tfjs";
import { EMOTIONS } from "../contract/index.js";
import type { Batch } from "./batch.js";
import { gruSequence } from "./gru.js";
import { lookup } from "./lookup.js";
import { matMul } from "./matmul.js";
import { attentionPool, maxPool } from "./pooling.js";
import type { Random } from "./random.js";
import { type Direction, type NetworkSize, type PerWeight, type WeightName, weightShapes } from "./weights.js";

/** How much of its inner values the network ignores while it learns. */
export interface InnerDropout {
  random: Random;
  embedding: number;
  pooled: number;
}

/** What the network's halves say, before the softmax. */
export interface Halves {
  deep: tf.Tensor2D;
  wide: tf.Tensor2D;
}

const NEVER = -1e9;

/**
 * The network of a model version, in TensorFlow.js: a bidirectional GRU over word embeddings, its states
 * pooled by attention and by maximum, and a dense layer; to whose outputs a table of hashed uni- and
 * bigrams adds its own opinion ("wide and deep", Cheng et al., 2016).
 */
export class EmotionNetwork {
  readonly size: NetworkSize;
  readonly variables: PerWeight<tf.Variable>;

  /** @param weights copied, by name, each of the shape that `weightShapes` says */
  constructor(size: NetworkSize, weights: PerWeight<Float32Array>) {
    this.size = size;
    const shapes = weightShapes(size);
    const entries = Object.entries(weights).map(([name, values]) => {
      const initial = tf.tensor(values, shapes[name as WeightName]);
      const variable = tf.variable(initial);
      initial.dispose();
      return [name, variable];
    });
    this.variables = Object.fromEntries(entries);
  }

  /**
   * The network's outputs before the softmax.
   * @param dropout while learning only
   * @returns [rows, 7]; for the caller to dispose of, best by `tf.tidy`
   */
  logits(batch: Batch, dropout?: InnerDropout): tf.Tensor2D {
    const { deep, wide } = this.halves(batch, dropout);
    return tf.add(deep, wide);
  }

  /** The two opinions that `logits` adds up, that of the recurrent half and that of the n-grams; [rows, 7] each. */
  halves(batch: Batch, dropout?: InnerDropout): Halves {
    const pooled = this.pooled(batch, dropout);
    const deep: tf.Tensor2D = tf.add(matMul(pooled, this.#matrix("dense")), this.variables.denseBias);
    return { deep, wide: this.#wide(batch) };
  }

  /** What the recurrent half makes of texts: [rows, 4 · hidden]. */
  pooled(batch: Batch, dropout?: InnerDropout): tf.Tensor2D {
    const words = ignored(lookup(this.#matrix("embedding"), batch.ids), dropout, "embedding");
    const states = tf.concat([this.#gru("forward", words, batch), this.#gru("backward", words, batch)], 2);
    const padding = tf.tensor2d(
      Float32Array.from(batch.ids, (id) => (id === 0 ? NEVER : 0)),
      [batch.steps, batch.rows],
    );
    const attended = attentionPool(states, this.#matrix("attention"), padding);
    return ignored(tf.concat([attended, maxPool(states, padding)], 1), dropout, "pooled");
  }

  /** Gives the weights other values. */
  assign(weights: PerWeight<Float32Array>): void {
    for (const [name, variable] of Object.entries(this.variables)) {
      tf.tidy(() => variable.assign(tf.tensor(weights[name as WeightName], variable.shape)));
    }
  }

  /** The values of all weights. */
  weights(): PerWeight<Float32Array> {
    const entries = Object.entries(this.variables).map(([name, variable]) => [name, variable.dataSync()]);
    return Object.fromEntries(entries);
  }

  dispose(): void {
    tf.dispose(Object.values(this.variables));
  }

  #gru(direction: Direction, words: tf.Tensor2D, { steps, rows, lengths }: Batch): tf.Tensor3D {
    const projected = tf.add(
      matMul(words, this.#matrix(`${direction}.input`)),
      this.variables[`${direction}.inputBias`],
    );
    return gruSequence(
      tf.reshape(projected, [steps, rows, 3 * this.size.hidden]),
      {
        kernel: this.#matrix(`${direction}.recurrent`),
        bias: this.variables[`${direction}.recurrentBias`] as tf.Tensor as tf.Tensor1D,
      },
      { lengths, reverse: direction === "backward" },
    );
  }

  #wide({ rows, ngrams, ngramWeights }: Batch): tf.Tensor2D {
    const width = ngrams.length / rows;
    const opinions = tf.reshape(lookup(this.#matrix("wide"), ngrams), [rows, width, EMOTIONS.length]);
    return tf.sum(tf.mul(opinions, tf.tensor3d(ngramWeights, [rows, width, 1])), 1);
  }

  #matrix(name: WeightName): tf.Tensor2D {
    return this.variables[name] as tf.Tensor as tf.Tensor2D;
  }
}

function ignored(values: tf.Tensor2D, dropout: InnerDropout | undefined, where: "embedding" | "pooled"): tf.Tensor2D {
  if (!dropout) return values;
  return tf.mul(values, tf.tensor2d(dropout.random.dropout(values.size, dropout[where]), values.shape));
}
