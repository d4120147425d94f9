import * as tf from "@tensorflow/tfjs";
import { EMOTIONS } from "../contract/index.js";
import type { Engine, EngineOutput } from "../src/engine.js";
import type { EncodedText } from "../src/tokenizer.js";
import { toBatch } from "./batch.js";
import type { EmotionNetwork } from "./network.js";
import type { NeutralGate } from "./neutral-gate.js";

const WIDTH = EMOTIONS.length;
const MAX_ROWS = 64;

/** Runs a network with TensorFlow.js, as it is while it learns: its weights are read at each run. */
export class NetworkEngine implements Engine {
  readonly name = "tfjs";
  readonly #network: EmotionNetwork;
  readonly #gate: NeutralGate | null;

  /** @param network stays the caller's to dispose of, like the gate that tells its neutral texts */
  constructor(network: EmotionNetwork, gate?: NeutralGate | null) {
    this.#network = network;
    this.#gate = gate ?? null;
  }

  async run(batch: readonly EncodedText[]): Promise<EngineOutput> {
    const logits = new Float32Array(batch.length * WIDTH);
    const neutral = this.#gate && new Float32Array(batch.length);
    for (const rows of byLength(batch)) {
      const texts = rows.map((row) => batch[row] as EncodedText);
      const inputs = toBatch(texts);
      const part = tf.tidy(() => this.#network.logits(inputs).dataSync());
      const doubts = tf.tidy(() => this.#gate?.logits(inputs).dataSync());
      rows.forEach((row, index) => {
        logits.set(part.subarray(index * WIDTH, (index + 1) * WIDTH), row * WIDTH);
        neutral?.set(doubts?.subarray(index, index + 1) ?? [], row);
      });
    }
    return { logits, neutral };
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
