import { type Classification, EMOTIONS, type Emotion, type UncertaintyReason } from "../contract/index.js";
import type { Engine, EngineOutput } from "./engine.js";
import type { Manifest } from "./manifest.js";
import type { EncodedText, Tokenizer } from "./tokenizer.js";
import { inTurns } from "./turns.js";

const WIDTH = EMOTIONS.length;

/** What a classifier is made of. */
export interface ClassifierParts {
  tokenizer: Tokenizer;
  engine: Engine;
  manifest: Pick<Manifest, "temperature" | "thresholds">;
}

/** Says of texts which emotion they carry. */
export class Classifier {
  readonly #tokenizer: Tokenizer;
  readonly #engine: Engine;
  readonly #temperature: number;
  readonly #thresholds: Manifest["thresholds"];

  constructor({ tokenizer, engine, manifest }: ClassifierParts) {
    this.#tokenizer = tokenizer;
    this.#engine = engine;
    this.#temperature = manifest.temperature;
    this.#thresholds = manifest.thresholds;
  }

  /**
   * Classifies at least one text, each for itself: its neighbours in the batch do not matter.
   * @param signal when it is aborted, the rest is left and its reason is thrown
   * @param observe is shown each text as the network reads it
   * @returns one classification a text, in the order of the texts
   */
  async classify(
    texts: readonly string[],
    signal?: AbortSignal,
    observe?: (text: EncodedText) => void,
  ): Promise<Classification[]> {
    const batch = await inTurns(texts, (text) => this.#tokenizer.encode(text), signal);
    for (const text of batch) observe?.(text);
    return this.classifyEncoded(batch, signal);
  }

  /** Classifies at least one text that the tokenizer of this version has encoded. */
  async classifyEncoded(batch: readonly EncodedText[], signal?: AbortSignal): Promise<Classification[]> {
    const output = await this.#engine.run(batch, signal);
    return batch.map((text, row) => this.#classification(output, row, text));
  }

  #classification({ logits, neutral }: EngineOutput, row: number, text: EncodedText): Classification {
    const { probabilities, emotion } = calibrated(logits, row * WIDTH, this.#temperature);
    const uncertaintyReasons: UncertaintyReason[] = [];
    if (text.knownWords === 0) uncertaintyReasons.push("NO_KNOWN_WORDS");
    if (probabilities[emotion] < this.#thresholds.lowConfidence) uncertaintyReasons.push("LOW_CONFIDENCE");
    if (this.#isNeutral(neutral, row)) uncertaintyReasons.push("NEUTRAL_TEXT");
    return {
      emotion,
      probabilities,
      uncertain: uncertaintyReasons.length > 0,
      uncertaintyReasons,
      truncated: text.cut,
    };
  }

  #isNeutral(neutral: Float32Array | null, row: number): boolean {
    const threshold = this.#thresholds.neutral;
    if (threshold === null) return false;
    if (neutral === null) throw new Error("The network does not tell neutral texts, though its manifest says so.");
    const logit = at(neutral, row);
    if (!Number.isFinite(logit)) throw new Error(NOT_FINITE);
    return 1 / (1 + Math.exp(-logit)) >= threshold;
  }
}

const NOT_FINITE = "The network gave an output that is not a finite number.";

/**
 * The softmax of seven logits divided by a temperature (Guo et al., "On Calibration of Modern Neural
 * Networks", 2017), and the most probable emotion. The largest logit is subtracted first, so that no
 * exponential overflows.
 */
function calibrated(logits: Float32Array, offset: number, temperature: number) {
  let top = 0;
  for (let i = 1; i < WIDTH; i += 1) if (at(logits, offset + i) > at(logits, offset + top)) top = i;
  const largest = at(logits, offset + top);
  const probabilities = {} as Record<Emotion, number>;
  let sum = 0;
  EMOTIONS.forEach((emotion, i) => {
    const weight = Math.exp((at(logits, offset + i) - largest) / temperature);
    probabilities[emotion] = weight;
    sum += weight;
  });
  if (!Number.isFinite(sum)) throw new Error(NOT_FINITE);
  for (const emotion of EMOTIONS) probabilities[emotion] /= sum;
  return { probabilities, emotion: EMOTIONS[top] as Emotion };
}

function at(logits: Float32Array, index: number): number {
  return logits[index] ?? Number.NaN;
}
