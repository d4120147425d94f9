import * as tf from "@tensorflow/tfjs";
import type { EncodedText, Tokenizer } from "../src/tokenizer.js";
import { toBatch } from "./batch.js";
import type { Corpus } from "./corpora/index.js";
import { matMul } from "./matmul.js";
import type { EmotionNetwork } from "./network.js";
import { bucketed, type OptimisationOptions, optimise } from "./optimisation.js";
import type { Random } from "./random.js";
import type { PretrainingRecipe } from "./recipe.js";

interface CorpusExample {
  text: EncodedText;
  /** Which corpus it is of, and so which head answers. */
  corpus: number;
  labels: readonly number[];
}

/**
 * Lets the recurrent half of a network learn from other corpora, under their publishers' own labels: one
 * linear head a corpus on the pooled states, batches of all corpora mixed. The heads are thrown away; the
 * words and the GRU keep what they learned.
 */
export async function pretrain(
  network: EmotionNetwork,
  corpora: readonly Corpus[],
  tokenizer: Tokenizer,
  recipe: Readonly<PretrainingRecipe>,
  options: OptimisationOptions,
): Promise<void> {
  const heads = new Heads(network.size.hidden * 4, corpora);
  const examples = corpora.map(({ texts }, corpus) =>
    texts.map(({ text, labels }) => ({ text: tokenizer.encode(text), corpus, labels })),
  );
  const task = {
    variables: { ...recurrentHalf(network), ...heads.variables },
    batches: (random: Random) => random.shuffled(examples.flatMap((each) => bucketed(each, recipe.batchSize, random))),
    sizeOf: (batch: CorpusExample[]) => batch.length,
    loss: (batch: CorpusExample[], random: Random) => {
      const noise = { random, wordDropout: recipe.wordDropout, ngramDropout: 0 };
      const texts = toBatch(
        batch.map(({ text }) => text),
        noise,
      );
      return heads.loss(network.pooled(texts, { random, embedding: recipe.dropout, pooled: recipe.dropout }), batch);
    },
    decay: (name: string) => (name === "embedding" || name === "attention" ? 0 : recipe.weightDecay),
  };
  try {
    await optimise(task, recipe, options);
  } finally {
    heads.dispose();
  }
}

function recurrentHalf({ variables }: EmotionNetwork): Record<string, tf.Variable> {
  const others = new Set(["dense", "denseBias", "wide"]);
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !others.has(name)));
}

/** One linear layer a corpus. They start from nothing, so that they say nothing at first. */
class Heads {
  readonly variables: Record<string, tf.Variable> = {};
  readonly #widths: readonly number[];

  constructor(inputs: number, corpora: readonly Corpus[]) {
    this.#widths = corpora.map(({ labels }) => labels.length);
    this.#widths.forEach((width, corpus) => {
      this.variables[`head.${corpus}`] = tf.tidy(() => tf.variable(tf.zeros([inputs, width])));
      this.variables[`headBias.${corpus}`] = tf.tidy(() => tf.variable(tf.zeros([width])));
    });
  }

  /**
   * The cross entropy between a head's softmax and the labels, each an equal share. All rows are of one corpus.
   * The other heads take part with nothing, since each variable must have a gradient.
   */
  loss(pooled: tf.Tensor2D, batch: readonly CorpusExample[]): tf.Scalar {
    const corpus = batch[0]?.corpus ?? 0;
    const width = this.#widths[corpus] ?? 0;
    const outputs = tf.add(
      matMul(pooled, this.variables[`head.${corpus}`] as tf.Tensor as tf.Tensor2D),
      this.variables[`headBias.${corpus}`] as tf.Tensor,
    ) as tf.Tensor2D;
    const targets = new Float32Array(batch.length * width);
    batch.forEach(({ labels }, row) => {
      for (const label of labels) targets[row * width + label] = 1 / labels.length;
    });
    const agreement = tf.mul(tf.logSoftmax(outputs), tf.tensor2d(targets, [batch.length, width]));
    return tf.add(tf.mul(tf.sum(agreement), -1 / batch.length), this.#nothing()) as tf.Scalar;
  }

  dispose(): void {
    tf.dispose(Object.values(this.variables));
  }

  #nothing(): tf.Scalar {
    return tf.mul(tf.addN(Object.values(this.variables).map((variable) => tf.sum(variable))), 0);
  }
}
