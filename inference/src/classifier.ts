import { type Classification, EMOTIONS, type Emotion, type UncertaintyReason } from "../contract/index.js";
import type { Engine } from "./engine.js";
import type { Manifest } from "./manifest.js";
import type { Tokenizer } from "./tokenizer.js";

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
  readonly #lowConfidence: number;

  constructor({ tokenizer, engine, manifest }: ClassifierParts) {
    this.#tokenizer = tokenizer;
    this.#engine = engine;
    this.#temperature = manifest.temperature;
    this.#lowConfidence = manifest.thresholds.lowConfidence;
  }

  /**
   * Classifies at least one text, each for itself: its neighbours in the batch do not matter.
   * @returns one classification a text, in the order of the texts
   */
  async classify(texts: readonly string[]): Promise<Classification[]> {
    const batch = texts.map((text) => this.#tokenizer.encode(text));
    const logits = await this.#engine.run(batch);
    return batch.map(({ knownWords }, row) => this.#classification(logits, row * WIDTH, knownWords));
  }

  #classification(logits: Float32Array, offset: number, knownWords: number): Classification {
    const { probabilities, emotion } = calibrated(logits, offset, this.#temperature);
    const uncertaintyReasons: UncertaintyReason[] = [];
    if (knownWords === 0) uncertaintyReasons.push("NO_KNOWN_WORDS");
    if (probabilities[emotion] < this.#lowConfidence) uncertaintyReasons.push("LOW_CONFIDENCE");
    return { emotion, probabilities, uncertain: uncertaintyReasons.length > 0, uncertaintyReasons };
  }
}

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
  if (!Number.isFinite(sum)) throw new Error("The network gave an output that is not a finite number.");
  for (const emotion of EMOTIONS) probabilities[emotion] /= sum;
  return { probabilities, emotion: EMOTIONS[top] as Emotion };
}

function at(logits: Float32Array, index: number): number {
  return logits[index] ?? Number.NaN;
}
