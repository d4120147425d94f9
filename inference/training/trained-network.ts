import { EMOTIONS, type Emotion, type LabelledText } from "../contract/index.js";
import { Tokenizer, type TokenizerOptions } from "../src/tokenizer.js";
import { everydayFacts, NEGATIVE, negationTexts, POSITIVE } from "./augmentation/index.js";
import { type Calibration, calibrate } from "./calibration.js";
import type { CheckpointSlot, Workshop } from "./checkpoint.js";
import type { Corpus } from "./corpora/index.js";
import { accuracyOf, askHeldOut, type HeldOut } from "./held-out.js";
import { weightOf } from "./judged-rows.js";
import { EmotionNetwork } from "./network.js";
import { NetworkEngine } from "./network-engine.js";
import { type GateExample, type GateWeights, initialGateWeights, NeutralGate } from "./neutral-gate.js";
import type { ParentVersion } from "./parent-version.js";
import { pretrain } from "./pretraining.js";
import type { Reporter } from "./progress.js";
import { dequantised, quantised } from "./quantisation.js";
import { Random } from "./random.js";
import { GATE, PRETRAINING, type Recipe } from "./recipe.js";
import type { Split } from "./split.js";
import { type Example, train } from "./trainer.js";
import { buildVocabulary } from "./vocabulary.js";
import { initialWeights, type NetworkSize, type PerWeight } from "./weights.js";
import { readWordVectors } from "./word-vectors.js";

/** How to train. */
export interface TrainNetworkOptions {
  recipe: Readonly<Recipe>;
  seed: number;
  reporter: Reporter;
  /** Where what is done is kept until all is done. */
  workshop: Workshop;
  /** Other corpora to learn from first; without them the network learns from the rows alone. */
  corpora?: readonly Corpus[] | undefined;
  /** A file of word vectors to start from. */
  wordVectors?: string | undefined;
  /** Into how many parts to divide the rows, to measure networks that learned from all parts but one; 0 not to. */
  folds?: number | undefined;
  /** A version to go on from instead of starting anew. */
  parent?: ParentVersion | undefined;
  signal?: AbortSignal | undefined;
}

/** What one epoch of the last stage came to. */
export interface LearningCurvePoint {
  epoch: number;
  loss: number;
  heldOutAccuracy: number;
}

/** A network that has learned, and what it takes to ask it. */
export interface TrainedNetwork {
  network: EmotionNetwork;
  /** Null when there were no texts without an emotion to learn from. */
  gate: NeutralGate | null;
  tokenizer: Tokenizer;
  calibration: Calibration;
  curve: LearningCurvePoint[];
  /** How often each text was learned from. */
  epochs: number;
  /** The accuracy of each fold of the cross-validation; empty without one. */
  foldAccuracies: number[];
}

/**
 * Trains a network on the training rows and calibrates it on the calibration rows: pretraining on other
 * corpora, fine-tuning, rounding, the gate for neutral texts; what there is no data for is left out.
 * @returns a network and a gate for the caller to dispose of
 */
export async function trainNetwork(split: Split, options: TrainNetworkOptions): Promise<TrainedNetwork> {
  return new NetworkTraining(split, options).run();
}

/** Of a parent's opinion in a target, so that what it knew is not forgotten (Li and Hoiem, "Learning without Forgetting", 2016). */
const PARENT_SHARE = 0.3;

/** Added to the seed; far from the folds of a cross-validation, which count from 1. */
const STREAMS = { "fine-tuning": 1000, "neutral-gate": 2000 } as const;

class NetworkTraining {
  readonly #split: Split;
  readonly #options: TrainNetworkOptions;
  readonly #random: Random;

  constructor(split: Split, options: TrainNetworkOptions) {
    [this.#split, this.#options] = [split, options];
    this.#random = new Random(options.seed);
  }

  async run(): Promise<TrainedNetwork> {
    const { parent, corpora } = this.#options;
    const tokenizer = new Tokenizer(parent?.tokenizer ?? this.#tokenizerOptions());
    const size = parent?.size ?? { ...this.#options.recipe, words: tokenizer.options.words.length };
    const start = parent?.weights ?? (await this.#start(size, tokenizer));
    const unseen = await this.#crossValidated(start, size, tokenizer);
    const examples = await this.#examples(this.#split.training, tokenizer);
    const network = new EmotionNetwork(size, start);
    const gateStart = parent?.gate ?? null;
    let gate: NeutralGate | null = gateStart && new NeutralGate(network, gateStart);
    try {
      const recipe = withEnoughSteps(this.#options.recipe, examples.length);
      const curve = await this.#fineTune(network, examples, tokenizer, recipe);
      roundTables(network);
      if (corpora) gate = new NeutralGate(network, await this.#gateWeights(network, corpora, tokenizer));
      const heldOut = await askHeldOut(new NetworkEngine(network, gate), tokenizer, this.#split.calibration);
      const calibration = calibrate(heldOut, parent?.calibration, unseen);
      const { epochs } = recipe;
      return { network, gate, tokenizer, calibration, curve, epochs, foldAccuracies: unseen.map(accuracyOf) };
    } catch (error) {
      network.dispose();
      gate?.dispose();
      throw error;
    } finally {
      this.#options.reporter.stop();
    }
  }

  #tokenizerOptions(): TokenizerOptions {
    const { recipe, corpora = [] } = this.#options;
    const lexicon = { positive: [...POSITIVE], negative: [...NEGATIVE] };
    const sources = [
      { texts: this.#split.training.map(({ text }) => text), minWordCount: recipe.minWordCount },
      { texts: corpora.flatMap(({ texts }) => texts.map(({ text }) => text)), minWordCount: PRETRAINING.minWordCount },
    ];
    const words = buildVocabulary(sources, recipe.maxWords, lexicon);
    const { maxTokens, ngramBuckets } = recipe;
    return { words, maxTokens, ngramBuckets, lexicon, repairTypos: true };
  }

  /** The weights to fine-tune: at random, from word vectors, pretrained. */
  async #start(size: NetworkSize, tokenizer: Tokenizer): Promise<PerWeight<Float32Array>> {
    const { corpora, wordVectors, workshop } = this.#options;
    const weights = initialWeights(size, this.#random);
    if (wordVectors) await takeWordVectors(weights.embedding, tokenizer, size, wordVectors);
    if (!corpora) return weights;
    return workshop.stage("pretraining", (slot) => this.#pretrained({ size, weights, corpora, tokenizer, slot }));
  }

  async #pretrained({ size, weights, corpora, tokenizer, slot }: PretrainingParts): Promise<PerWeight<Float32Array>> {
    const network = new EmotionNetwork(size, weights);
    const texts = corpora.reduce((sum, corpus) => sum + corpus.texts.length, 0);
    this.#options.reporter.note(`Pretraining on ${corpora.map(({ name }) => name).join(", ")}.`);
    this.#options.reporter.start(PRETRAINING.epochs, texts);
    try {
      await pretrain(network, corpora, tokenizer, PRETRAINING, this.#reported(slot, this.#random));
      return copied(network.weights());
    } finally {
      network.dispose();
    }
  }

  /** What the network learns from: the rows, and made-up texts that show what a negation does. */
  async #examples(rows: readonly LabelledText[], tokenizer: Tokenizer): Promise<Example[]> {
    const { parent, recipe, seed } = this.#options;
    const own = rows.flatMap((row) => {
      const example = { text: tokenizer.encode(row.text), target: certainly(row.emotion) };
      return Array.from({ length: weightOf(row) }, () => example);
    });
    const madeUp = negationTexts(new Random(seed), Math.ceil(own.length * recipe.negations));
    const examples = [...own, ...madeUp.map(({ text, target }) => ({ text: tokenizer.encode(text), target }))];
    return parent ? this.#remembered(examples, parent) : examples;
  }

  /** Targets that keep a share of what the parent thinks of the texts. */
  async #remembered(examples: readonly Example[], { size, weights }: ParentVersion): Promise<Example[]> {
    const network = new EmotionNetwork(size, weights);
    try {
      const { logits } = await new NetworkEngine(network).run(examples.map(({ text }) => text));
      return examples.map(({ text, target }, row) => ({ text, target: mixed(target, softmaxOf(logits, row)) }));
    } finally {
      network.dispose();
    }
  }

  /** What networks say of the part of the training rows that they did not learn from, part by part. */
  async #crossValidated(start: PerWeight<Float32Array>, size: NetworkSize, tokenizer: Tokenizer): Promise<HeldOut[]> {
    const { folds = 0, workshop, reporter, seed, recipe } = this.#options;
    const rows = new Random(0).shuffled(this.#split.training);
    const parts: HeldOut[] = [];
    for (let fold = 0; fold < folds; fold += 1) {
      const examples = await this.#examples(
        rows.filter((_, index) => index % folds !== fold),
        tokenizer,
      );
      const part = await workshop.stage(`fold-${fold + 1}`, async (slot) => {
        reporter.note(`Cross-validation, part ${fold + 1} of ${folds}.`);
        reporter.start(recipe.epochs, examples.length);
        const network = new EmotionNetwork(size, start);
        try {
          await train(network, examples, recipe, this.#reported(slot, new Random(seed + fold + 1)));
          const unseen = rows.filter((_, index) => index % folds === fold);
          return await askHeldOut(new NetworkEngine(network), tokenizer, unseen);
        } finally {
          network.dispose();
        }
      });
      parts.push(part);
    }
    return parts;
  }

  async #fineTune(
    network: EmotionNetwork,
    examples: readonly Example[],
    tokenizer: Tokenizer,
    recipe: Readonly<Recipe>,
  ): Promise<LearningCurvePoint[]> {
    const { reporter, workshop } = this.#options;
    const engine = new NetworkEngine(network);
    const stage = await workshop.stage("fine-tuning", async (slot) => {
      const curve: LearningCurvePoint[] = [];
      reporter.note("Fine-tuning.");
      reporter.start(recipe.epochs, examples.length);
      await train(network, examples, recipe, {
        ...this.#reported(slot, this.#stream("fine-tuning")),
        onEpoch: async ({ epoch, loss }) => {
          const heldOutAccuracy = accuracyOf(await askHeldOut(engine, tokenizer, this.#split.calibration));
          curve.push({ epoch, loss, heldOutAccuracy });
          reporter.epoch({ epoch, loss, heldOutAccuracy, examplesDone: examples.length });
        },
      });
      return { weights: copied(network.weights()), curve };
    });
    network.assign(stage.weights);
    return stage.curve;
  }

  #gateWeights(network: EmotionNetwork, corpora: readonly Corpus[], tokenizer: Tokenizer): Promise<GateWeights> {
    const { workshop, reporter, seed } = this.#options;
    return workshop.stage("neutral-gate", async (slot) => {
      const examples = this.#gateExamples(corpora, tokenizer);
      const { hidden, ngramBuckets } = network.size;
      const gate = new NeutralGate(network, initialGateWeights(4 * hidden, ngramBuckets, seed));
      reporter.note("Learning to tell texts without an emotion.");
      reporter.start(GATE.epochs, examples.length);
      try {
        await gate.train(examples, GATE, this.#reported(slot, this.#stream("neutral-gate")));
        return copied(gate.weights());
      } finally {
        gate.dispose();
      }
    });
  }

  #gateExamples(corpora: readonly Corpus[], tokenizer: Tokenizer): GateExample[] {
    const random = new Random(this.#options.seed);
    const some = (texts: readonly string[]) => random.shuffled(texts).slice(0, GATE.textsPerSource);
    const published = corpora.flatMap(({ neutralTexts = [] }) => some(neutralTexts));
    const emotional = [
      ...corpora.flatMap(({ texts }) => some(texts.map(({ text }) => text))),
      ...this.#split.training.map(({ text }) => text),
    ];
    const facts = everydayFacts(random, Math.min(GATE.textsPerSource, emotional.length));
    return [
      ...[...published, ...facts].map((text) => ({ text: tokenizer.encode(text), neutral: true })),
      ...emotional.map((text) => ({ text: tokenizer.encode(text), neutral: false })),
    ];
  }

  /** A stream of its own for each stage, so that it is the same whether or not the stages before were done earlier. */
  #stream(stage: keyof typeof STREAMS): Random {
    return new Random(this.#options.seed + STREAMS[stage]);
  }

  #reported(slot: CheckpointSlot, random: Random) {
    const { reporter, signal } = this.#options;
    return {
      random,
      slot,
      signal,
      onBatch: (progress: Parameters<Reporter["batch"]>[0]) => reporter.batch(progress),
      onEpoch: async (progress: Parameters<Reporter["epoch"]>[0]) => reporter.epoch(progress),
    };
  }
}

/** A handful of corrections would hardly be learned in a few epochs of one batch each. */
function withEnoughSteps(recipe: Readonly<Recipe>, examples: number): Readonly<Recipe> {
  const batches = Math.ceil(examples / recipe.batchSize);
  return { ...recipe, epochs: Math.max(recipe.epochs, Math.ceil(recipe.minSteps / batches)) };
}

interface PretrainingParts {
  size: NetworkSize;
  weights: PerWeight<Float32Array>;
  corpora: readonly Corpus[];
  tokenizer: Tokenizer;
  slot: CheckpointSlot;
}

async function takeWordVectors(embedding: Float32Array, tokenizer: Tokenizer, size: NetworkSize, file: string) {
  const { words } = tokenizer.options;
  const vectors = await readWordVectors(file, words, size.embedding);
  words.forEach((word, index) => {
    const vector = vectors.get(word);
    if (vector) embedding.set(vector, (index + 2) * size.embedding);
  });
}

/** Gives the large tables the values that they will have as bytes, so that all that follows is measured with them. */
function roundTables(network: EmotionNetwork): void {
  const weights = copied(network.weights());
  weights.embedding = dequantised(quantised(weights.embedding, network.size.embedding));
  weights.wide = dequantised(quantised(weights.wide, EMOTIONS.length));
  network.assign(weights);
}

function copied<Name extends string>(weights: Record<Name, Float32Array>): Record<Name, Float32Array> {
  const entries = Object.entries<Float32Array>(weights).map(([name, values]) => [name, values.slice()]);
  return Object.fromEntries(entries);
}

/** The target of a text whose emotion a person named. */
function certainly(emotion: Emotion): Float32Array {
  return Float32Array.from(EMOTIONS, (each) => (each === emotion ? 1 : 0));
}

function mixed(target: Float32Array, opinion: Float32Array): Float32Array {
  return target.map((value, i) => (1 - PARENT_SHARE) * value + PARENT_SHARE * (opinion[i] ?? 0));
}

function softmaxOf(logits: Float32Array, row: number): Float32Array {
  const values = logits.subarray(row * EMOTIONS.length, (row + 1) * EMOTIONS.length);
  const largest = Math.max(...values);
  const weights = values.map((value) => Math.exp(value - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
