import * as tf from "@tensorflow/tfjs";
import type { EncodedText } from "../src/tokenizer.js";
import { type Batch, toBatch, WIDE_SCALE } from "./batch.js";
import { lookup } from "./lookup.js";
import { matMul } from "./matmul.js";
import type { EmotionNetwork } from "./network.js";
import { type OptimisationOptions, optimise } from "./optimisation.js";
import { Random } from "./random.js";
import type { GateRecipe } from "./recipe.js";
import { type NetworkSize, volume } from "./weights.js";

/** The weights of a gate, by the names that they have in the ONNX file. */
export type GateWeightName = "gate.hidden" | "gate.hiddenBias" | "gate.out" | "gate.outBias" | "gate.wide";
export type GateWeights = Record<GateWeightName, Float32Array>;

/** Units of the layer between the pooled states and the answer. */
const UNITS = 32;

/** The shapes of a gate's weights over `inputs` pooled values and `buckets` n-grams. */
export function gateShapes(inputs: number, buckets: number): Record<GateWeightName, number[]> {
  return {
    "gate.hidden": [inputs, UNITS],
    "gate.hiddenBias": [UNITS],
    "gate.out": [UNITS, 1],
    "gate.outBias": [1],
    "gate.wide": [buckets, 1],
  };
}

/** How many numbers a gate learns. */
export function gateParameterCount({ hidden, ngramBuckets }: NetworkSize): number {
  const shapes = Object.values(gateShapes(4 * hidden, ngramBuckets));
  return shapes.reduce((sum, shape) => sum + volume(shape), 0);
}

/** A text, and whether it carries an emotion. */
export interface GateExample {
  text: EncodedText;
  neutral: boolean;
}

/**
 * Says whether a text carries an emotion at all: a small network on what the emotion network makes of the
 * text, which it does not change, and a table of n-grams. A logit above 0 means that the text is neutral.
 */
export class NeutralGate {
  readonly variables: Record<GateWeightName, tf.Variable>;
  readonly #network: EmotionNetwork;

  /** @param network stays the caller's to dispose of */
  constructor(network: EmotionNetwork, weights: GateWeights) {
    this.#network = network;
    const shapes = gateShapes(4 * network.size.hidden, network.size.ngramBuckets);
    const entries = Object.entries(weights).map(([name, values]) => {
      return [name, tf.tidy(() => tf.variable(tf.tensor(values, shapes[name as GateWeightName])))];
    });
    this.variables = Object.fromEntries(entries);
  }

  /** One logit a text: [rows]. */
  logits(batch: Batch): tf.Tensor1D {
    return this.#logits(this.#network.pooled(batch), batch);
  }

  weights(): GateWeights {
    const entries = Object.entries(this.variables).map(([name, variable]) => [name, variable.dataSync()]);
    return Object.fromEntries(entries);
  }

  dispose(): void {
    tf.dispose(Object.values(this.variables));
  }

  /** Learns from examples; the emotion network stays as it is. */
  async train(examples: readonly GateExample[], recipe: Readonly<GateRecipe>, options: OptimisationOptions) {
    const prepared = this.#prepared(examples, recipe.batchSize);
    const task = {
      variables: this.variables as Record<string, tf.Variable>,
      batches: (random: Random) => random.shuffled(prepared),
      sizeOf: ({ batch }: Prepared) => batch.rows,
      loss: (each: Prepared, random: Random) => this.#loss(each, random, recipe),
      decay: (name: string) => (name === "gate.wide" ? 0 : recipe.weightDecay),
    };
    await optimise(task, recipe, options);
  }

  /** What the frozen network makes of the texts is computed once. */
  #prepared(examples: readonly GateExample[], batchSize: number): Prepared[] {
    const sorted = [...examples].sort((a, b) => a.text.ids.length - b.text.ids.length);
    return Array.from({ length: Math.ceil(sorted.length / batchSize) }, (_, part) => {
      const rows = sorted.slice(part * batchSize, (part + 1) * batchSize);
      const batch = toBatch(rows.map(({ text }) => text));
      const pooled = tf.tidy(() => this.#network.pooled(batch).dataSync() as Float32Array);
      return { batch, pooled, targets: Float32Array.from(rows, ({ neutral }) => (neutral ? 1 : 0)) };
    });
  }

  #loss({ batch, pooled, targets }: Prepared, random: Random, { dropout }: Readonly<GateRecipe>): tf.Scalar {
    const kept = random.dropout(pooled.length, dropout);
    const inputs = tf.tensor2d(
      pooled.map((value, i) => value * (kept[i] ?? 0)),
      [batch.rows, pooled.length / batch.rows],
    );
    const weights = random.dropout(batch.ngrams.length, dropout);
    const ngramWeights = batch.ngramWeights.map((weight, i) => weight * (weights[i] ?? 0));
    return tf.losses.sigmoidCrossEntropy(tf.tensor1d(targets), this.#logits(inputs, { ...batch, ngramWeights }));
  }

  #logits(pooled: tf.Tensor2D, { rows, ngrams, ngramWeights }: Batch): tf.Tensor1D {
    const hidden = tf.relu(tf.add(matMul(pooled, this.#matrix("gate.hidden")), this.variables["gate.hiddenBias"]));
    const deep = tf.add(matMul(hidden as tf.Tensor2D, this.#matrix("gate.out")), this.variables["gate.outBias"]);
    const opinions = tf.reshape(lookup(this.#matrix("gate.wide"), ngrams), [rows, ngrams.length / rows]);
    const counts = tf.tensor2d(
      ngramWeights.map((weight) => weight / WIDE_SCALE),
      [rows, ngrams.length / rows],
    );
    return tf.add(tf.reshape(deep, [rows]), tf.sum(tf.mul(opinions, counts), 1));
  }

  #matrix(name: GateWeightName): tf.Tensor2D {
    return this.variables[name] as tf.Tensor as tf.Tensor2D;
  }
}

interface Prepared {
  batch: Batch;
  pooled: Float32Array;
  targets: Float32Array;
}

/** Weights to start a gate from: the n-grams say nothing yet, the layers a little at random. */
export function initialGateWeights(inputs: number, buckets: number, seed: number): GateWeights {
  const random = new Random(seed);
  const limit = { "gate.hidden": 1 / Math.sqrt(inputs), "gate.out": 1 / Math.sqrt(UNITS) } as Record<string, number>;
  const entries = Object.entries(gateShapes(inputs, buckets)).map(([name, shape]) => {
    return [name, random.uniform(volume(shape), limit[name] ?? 0)];
  });
  return Object.fromEntries(entries);
}
