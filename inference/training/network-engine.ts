import * as tf from "@tensorflow/tfjs";
import { EMOTIONS } from "../contract/index.js";
import type { Engine } from "../src/engine.js";
import type { EncodedText } from "../src/tokenizer.js";
import { toBatch } from "./batch.js";
import type { EmotionNetwork } from "./network.js";

const WIDTH = EMOTIONS.length;
const MAX_ROWS = 64;

/** Runs a network with TensorFlow.js, as it is while it learns: its weights are read at each run. */
export class NetworkEngine implements Engine {
  readonly name = "tfjs";
  readonly #network: EmotionNetwork;

  /** @param network stays the caller's to dispose of */
  constructor(network: EmotionNetwork) {
    this.#network = network;
  }

  async run(batch: readonly EncodedText[]): Promise<Float32Array> {
    const logits = new Float32Array(batch.length * WIDTH);
    for (const rows of byLength(batch)) {
      const texts = rows.map((row) => batch[row] as EncodedText);
      const part = tf.tidy(() => this.#network.logits(toBatch(texts)).dataSync());
      rows.forEach((row, index) => {
        logits.set(part.subarray(index * WIDTH, (index + 1) * WIDTH), row * WIDTH);
      });
    }
    return logits;
  }

  async close(): Promise<void> {}
}

/** The rows of a batch in parts of similar length, which need little padding. */
function byLength(batch: readonly EncodedText[]): number[][] {
  const length = (row: number) => batch[row]?.ids.length ?? 0;
  const rows = [...batch.keys()].sort((a, b) => length(a) - length(b));
  return Array.from({ length: Math.ceil(rows.length / MAX_ROWS) }, (_, part) => {
    return rows.slice(part * MAX_ROWS, (part + 1) * MAX_ROWS);
  });
}
