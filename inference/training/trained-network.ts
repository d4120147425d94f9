import { EMOTIONS, type LabelledText } from "../contract/index.js";
import { Tokenizer, type TokenizerOptions } from "../src/tokenizer.js";
import { NEGATIVE, POSITIVE } from "./augmentation/index.js";
import { type Calibration, calibrate } from "./calibration.js";
import type { CheckpointSlot, Workshop } from "./checkpoint.js";
import type { Corpus } from "./corpora/index.js";
import { type CrossValidation, crossValidationOf } from "./cross-validation.js";
import { examplesOf } from "./examples.js";
import { gateExamples } from "./gate-examples.js";
import { accuracyOf, askHeldOut, type HeldOut } from "./held-out.js";
import { EmotionNetwork } from "./network.js";
import { NetworkEngine } from "./network-engine.js";
import { type GateWeights, initialGateWeights, NeutralGate } from "./neutral-gate.js";
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
  /** How often to do that, each time with another seed. */
  seeds?: number | undefined;
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
  /** What came of the cross-validation; null without one. */
  crossValidation: CrossValidation | null;
}

/**
 * Trains a network on the training rows and calibrates it on the calibration rows: pretraining on other
 * corpora, fine-tuning, rounding, the gate for neutral texts; what there is no data for is left out.
 * @returns a network and a gate for the caller to dispose of
 */
export async function trainNetwork(split: Split, options: TrainNetworkOptions): Promise<TrainedNetwork> {
  return new NetworkTraining(split, options).run();
}

/** Added to the seed; far from the folds of a cross-validation, which count from 1. */
const STREAMS = { "fine-tuning": 1000, "neutral-gate": 2000 } as const;

/** How far the seeds of a repeated cross-validation are from each other. */
const SEED_STEP = 10_000;

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
    const examples = await examplesOf(this.#split.training, tokenizer, this.#options);
    const network = new EmotionNetwork(size, start);
    const gateStart = parent?.gate ?? null;
    let gate: NeutralGate | null = gateStart && new NeutralGate(network, gateStart);
    try {
      const recipe = withEnoughSteps(this.#options.recipe, examples.length);
      const curve = await this.#fineTune(network, examples, tokenizer, recipe);
      roundTables(network);
      if (corpora) gate = new NeutralGate(network, await this.#gateWeights(network, corpora, tokenizer));
      const heldOut = await askHeldOut(new NetworkEngine(network, gate), tokenizer, this.#split.calibration);
      const calibration = calibrate(heldOut, parent?.calibration, unseen.flat());
      const crossValidation = crossValidationOf(unseen, calibration.temperature);
      return { network, gate, tokenizer, calibration, curve, epochs: recipe.epochs, crossValidation };
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

  /**
   * What networks say of the part of the training rows that they did not learn from: by seed, part by part. The parts
   * are the same for every seed; what is drawn while learning is not.
   */
  async #crossValidated(start: PerWeight<Float32Array>, size: NetworkSize, tokenizer: Tokenizer): Promise<HeldOut[][]> {
    const { folds = 0, seeds = 1, workshop } = this.#options;
    const rows = new Random(0).shuffled(this.#split.training);
    const bySeed: HeldOut[][] = [];
    for (let repeat = 0; folds > 0 && repeat < seeds; repeat += 1) {
      const parts: HeldOut[] = [];
      for (let fold = 0; fold < folds; fold += 1) {
        const name = `fold-${fold + 1}-of-${folds}-seed-${repeat + 1}`;
        const unseen = (_: LabelledText, index: number) => index % folds === fold;
        const split = { seen: rows.filter((row, index) => !unseen(row, index)), unseen: rows.filter(unseen) };
        const random = new Random(this.#options.seed + SEED_STEP * repeat + fold + 1);
        parts.push(
          await workshop.stage(name, (slot) => this.#fold({ name, start, size, tokenizer, ...split, slot, random })),
        );
      }
      bySeed.push(parts);
    }
    return bySeed;
  }

  async #fold({ name, start, size, tokenizer, seen, unseen, slot, random }: FoldParts): Promise<HeldOut> {
    const { reporter, recipe } = this.#options;
    const examples = await examplesOf(seen, tokenizer, this.#options);
    reporter.note(`Cross-validation, ${name.replaceAll("-", " ")}.`);
    reporter.start(recipe.epochs, examples.length);
    const network = new EmotionNetwork(size, start);
    try {
      await train(network, examples, recipe, this.#reported(slot, random));
      return await askHeldOut(new NetworkEngine(network), tokenizer, unseen);
    } finally {
      network.dispose();
    }
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
      const examples = gateExamples({ corpora, rows: this.#split.training, tokenizer, seed });
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

interface FoldParts {
  name: string;
  start: PerWeight<Float32Array>;
  size: NetworkSize;
  tokenizer: Tokenizer;
  seen: readonly LabelledText[];
  unseen: readonly LabelledText[];
  slot: CheckpointSlot;
  random: Random;
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
