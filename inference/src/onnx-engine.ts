import { InferenceSession, Tensor } from "onnxruntime-node";
import { assertSignature, logitsOf, neutralOf, padded, runInParts } from "./batching.js";
import type { Engine, EngineOutput } from "./engine.js";
import { assertHarmless } from "./onnx-file.js";
import type { EncodedText } from "./tokenizer.js";

const LOGITS = "logits";
const NEUTRAL = "neutral";

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
  readonly #fetches: readonly string[];

  private constructor(session: InferenceSession) {
    this.#session = session;
    this.#fetches = [LOGITS, NEUTRAL].filter((name) => session.outputNames.includes(name));
  }

  /**
   * @param network an ONNX file with the inputs `ids` [B,T] and `ngrams` [B,L], both int32 and padded
   *   with 0, the output `logits` [B,7] and, where the network tells it, the output `neutral` [B,1], both float32
   * @throws Error when ONNX Runtime cannot read it, it refers to other files or may never end, or its inputs and outputs have
   *   other names
   */
  static async open(network: Uint8Array): Promise<OnnxEngine> {
    assertHarmless(network);
    const session = await InferenceSession.create(network, SESSION_OPTIONS);
    try {
      assertSignature(session.inputNames, session.outputNames);
      return new OnnxEngine(session);
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  run(batch: readonly EncodedText[], signal?: AbortSignal): Promise<EngineOutput> {
    return runInParts(batch, this.#runPart, signal);
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  readonly #runPart = async (batch: readonly EncodedText[]): Promise<EngineOutput> => {
    const ids = paddedTensor(batch.map((text) => text.ids));
    const ngrams = paddedTensor(batch.map((text) => text.ngrams));
    const { logits, neutral } = await this.#session.run({ ids, ngrams }, this.#fetches);
    return {
      logits: logitsOf(logits as Tensor, batch.length),
      neutral: neutral ? neutralOf(neutral as Tensor, batch.length) : null,
    };
  };
}

/** Rows of token or n-gram ids as ONNX Runtime takes them: as wide as the longest, the others padded with 0. */
export function paddedTensor(rows: readonly Int32Array[]): Tensor {
  const { data, dims } = padded(rows);
  return new Tensor("int32", data, dims);
}
