import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs";
import type { EncodedText } from "../src/tokenizer.js";
import { toBatch } from "./batch.js";
import { lossOf } from "./loss.js";
import type { EmotionNetwork } from "./network.js";
import { AdamW } from "./optimizer.js";
import type { Random } from "./random.js";
import type { Recipe } from "./recipe.js";
import { WeightAverage } from "./weight-average.js";

/** A text to learn from. */
export interface Example {
  text: EncodedText;
  /** How probable each emotion is: 1 for the label, or a teacher's opinion; sum 1. */
  target: Float32Array;
}

/** How far training is. */
export interface Progress {
  /** Epochs begun, from 1. */
  epoch: number;
  /** Examples learned from in this epoch. */
  examplesDone: number;
  /** The mean loss of this epoch so far. */
  loss: number;
}

/** What training is told besides the examples. */
export interface TrainingOptions {
  recipe: Readonly<Recipe>;
  random: Random;
  /** Called after each batch. */
  onBatch?: (progress: Progress) => void;
  /** Called after each epoch, while the network holds the weights that would be kept. */
  onEpoch?: (progress: Progress) => Promise<void>;
  /** Stops between two batches; `train` then throws the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Trains a network in place: afterwards it holds the averaged weights. */
export async function train(
  network: EmotionNetwork,
  examples: readonly Example[],
  { recipe, random, onBatch, onEpoch, signal }: TrainingOptions,
): Promise<void> {
  const steps = recipe.epochs * Math.ceil(examples.length / recipe.batchSize);
  const optimizer = new AdamW(network.variables, { decay: decayOf(recipe), clipNorm: recipe.clipNorm });
  const average = new WeightAverage(network.variables, recipe.averageDecay);
  try {
    let step = 0;
    for (let epoch = 1; epoch <= recipe.epochs; epoch += 1) {
      const progress = { epoch, examplesDone: 0, loss: 0 };
      for (const batch of bucketed(examples, recipe.batchSize, random)) {
        const loss = learn(network, batch, { recipe, random, optimizer, rate: rateAt(step / steps, recipe) });
        average.update();
        step += 1;
        progress.loss += ((loss - progress.loss) * batch.length) / (progress.examplesDone + batch.length);
        progress.examplesDone += batch.length;
        onBatch?.(progress);
        await setImmediate();
        signal?.throwIfAborted();
      }
      average.swap();
      await onEpoch?.(progress);
      if (epoch < recipe.epochs) average.swap();
    }
  } finally {
    optimizer.dispose();
    average.dispose();
  }
}

interface Step {
  recipe: Readonly<Recipe>;
  random: Random;
  optimizer: AdamW;
  /** The learning rate. */
  rate: number;
}

/** Learns from one batch and returns its loss. */
function learn(
  network: EmotionNetwork,
  examples: readonly Example[],
  { recipe, random, optimizer, rate }: Step,
): number {
  const passes = [...examples, ...examples];
  const batch = toBatch(
    passes.map(({ text }) => text),
    { random, wordDropout: recipe.wordDropout, ngramDropout: recipe.ngramDropout },
  );
  const dropout = { random, embedding: recipe.embeddingDropout, pooled: recipe.pooledDropout };
  const targets = passes.map(({ target }) => target);
  const { value, grads } = tf.variableGrads(
    () => lossOf(network.halves(batch, dropout), targets, recipe),
    Object.values(network.variables),
  );
  const named = Object.entries(network.variables).map(([name, variable]) => [name, grads[variable.name] as tf.Tensor]);
  optimizer.apply(Object.fromEntries(named), rate);
  const [loss = Number.NaN] = value.dataSync();
  value.dispose();
  if (!Number.isFinite(loss)) throw new Error("Training diverged: the loss is not a finite number.");
  return loss;
}

const BUCKET_BATCHES = 20;

/** Batches in a new order each time, of texts of similar length, so that little is padded. */
function bucketed(examples: readonly Example[], batchSize: number, random: Random): Example[][] {
  const shuffled = random.shuffled(examples);
  const batches: Example[][] = [];
  for (let start = 0; start < shuffled.length; start += batchSize * BUCKET_BATCHES) {
    const bucket = shuffled.slice(start, start + batchSize * BUCKET_BATCHES);
    bucket.sort((a, b) => a.text.ids.length - b.text.ids.length);
    for (let first = 0; first < bucket.length; first += batchSize) batches.push(bucket.slice(first, first + batchSize));
  }
  return random.shuffled(batches);
}

/** Rises in a line, then falls along half a cosine. `done` is the share of all steps that is behind. */
function rateAt(done: number, { learningRate, warmUp }: Readonly<Recipe>): number {
  if (done < warmUp) return (learningRate * (done + warmUp / 10)) / (warmUp * 1.1);
  return (learningRate * (1 + Math.cos((Math.PI * (done - warmUp)) / (1 - warmUp)))) / 2;
}

function decayOf({ weightDecay }: Readonly<Recipe>): (name: string) => number {
  return (name) => (name.startsWith("forward.") || name.startsWith("backward.") || name === "dense" ? weightDecay : 0);
}
