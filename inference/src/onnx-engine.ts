import { InferenceSession, Tensor } from "onnxruntime-node";
import { EMOTIONS } from "../contract/index.js";
import type { Engine } from "./engine.js";
import type { EncodedText } from "./tokenizer.js";

const WIDTH = EMOTIONS.length;
const FETCHES = ["logits"];

// More rows in a run make no text faster, and each run holds the event loop until it is done.
const MAX_ROWS = 8;

/** How sessions are run: the service takes its parallelism from its number of processes. */
export const SESSION_OPTIONS: Readonly<InferenceSession.SessionOptions> = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  graphOptimizationLevel: "all",
};

/** Runs a network with ONNX Runtime on one thread. */
export class OnnxEngine implements Engine {
  readonly name = "onnxruntime";
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  /**
   * @param network an ONNX file with the inputs `ids` [B,T] and `ngrams` [B,L], both int32 and padded
   *   with 0, and the output `logits` [B,7]
   * @throws Error when ONNX Runtime cannot read it, or its inputs and outputs have other names
   */
  static async open(network: Uint8Array): Promise<OnnxEngine> {
    const session = await InferenceSession.create(network, SESSION_OPTIONS);
    const names = [...session.inputNames].sort();
    if (names.join() !== "ids,ngrams" || !session.outputNames.includes("logits")) {
      throw new Error(
        `the network must take ids and ngrams and give logits; it takes ${names.join(", ")} and gives ${session.outputNames.join(", ")}.`,
      );
    }
    return new OnnxEngine(session);
  }

  async run(batch: readonly EncodedText[]): Promise<Float32Array> {
    if (batch.length === 1) return this.#runPadded(batch);
    const logits = new Float32Array(batch.length * WIDTH);
    for (const rows of subBatches(batch)) {
      const part = await this.#runPadded(rows.map((row) => batch[row] as EncodedText));
      rows.forEach((row, index) => {
        logits.set(part.subarray(index * WIDTH, (index + 1) * WIDTH), row * WIDTH);
      });
    }
    return logits;
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  async #runPadded(batch: readonly EncodedText[]): Promise<Float32Array> {
    const ids = paddedTensor(batch.map((text) => text.ids));
    const ngrams = paddedTensor(batch.map((text) => text.ngrams));
    const { logits } = await this.#session.run({ ids, ngrams }, FETCHES);
    return logits?.data as Float32Array;
  }
}

/**
 * Splits a batch, by row number, so that texts of similar length run together: the time of a run goes
 * with its rows times its longest text.
 */
function subBatches(batch: readonly EncodedText[]): number[][] {
  const length = (row: number) => batch[row]?.ids.length ?? 0;
  const byLength = [...batch.keys()].sort((a, b) => length(a) - length(b));
  const parts: number[][] = [];
  let current: number[] = [];
  for (const row of byLength) {
    const wasteful = length(row) > 2 * length(current[0] ?? row) + 4;
    if (current.length === MAX_ROWS || wasteful) current = [];
    if (current.length === 0) parts.push(current);
    current.push(row);
  }
  return parts;
}

/** Rows of token or n-gram ids as a network takes them: as wide as the longest, the others padded with 0. */
export function paddedTensor(rows: readonly Int32Array[]): Tensor {
  const width = Math.max(...rows.map((row) => row.length));
  const data = new Int32Array(rows.length * width);
  rows.forEach((row, index) => {
    data.set(row, index * width);
  });
  return new Tensor("int32", data, [rows.length, width]);
}
