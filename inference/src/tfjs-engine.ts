import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs";
import { assertSignature, logitsOf, neutralOf, padded, runInParts } from "./batching.js";
import type { Engine, EngineOutput } from "./engine.js";
import { assertHarmless } from "./onnx-file.js";
import { decodeGraph, type OnnxGraph, type OnnxNode, type OnnxTensor, tensorValues } from "./onnx-schema.js";
import { Attributes, OPERATIONS } from "./tfjs-operations.js";
import type { EncodedText } from "./tokenizer.js";
import { startWasm } from "./wasm-backend.js";

interface Step {
  node: OnnxNode;
  attributes: Attributes;
}

/**
 * Runs a network with TensorFlow.js in WebAssembly, for machines on which ONNX Runtime does not run: it reads the
 * same ONNX file and computes it node by node. It is several times slower.
 */
export class TfjsEngine implements Engine {
  readonly name = "tfjs";
  readonly #steps: readonly Step[];
  readonly #outputs: readonly string[];
  readonly #constants: ReadonlyMap<string, tf.Tensor>;

  private constructor(graph: OnnxGraph) {
    this.#steps = graph.node.map((node) => ({ node, attributes: new Attributes(node) }));
    this.#outputs = graph.output.map(({ name }) => name);
    this.#constants = new Map(graph.initializer.map((tensor) => [tensor.name, tf.keep(constant(tensor))]));
  }

  /**
   * @param network an ONNX file as `OnnxEngine` takes it
   * @throws Error when it is none, refers to other files or may never end, has other inputs or outputs, or needs an operation that is
   *   not computed here
   */
  static async open(network: Uint8Array): Promise<TfjsEngine> {
    assertHarmless(network);
    const graph = decodeGraph(network);
    const names = (values: readonly { name: string }[]) => values.map(({ name }) => name);
    assertSignature(names(graph.input), names(graph.output));
    const unknown = graph.node.find(({ opType }) => !OPERATIONS.has(opType));
    if (unknown) throw new Error(`the network needs ${unknown.opType}, which TensorFlow.js does not compute here.`);
    await startWasm();
    return new TfjsEngine(graph);
  }

  run(batch: readonly EncodedText[], signal?: AbortSignal): Promise<EngineOutput> {
    return runInParts(batch, this.#runPart, signal);
  }

  async close(): Promise<void> {
    tf.dispose([...this.#constants.values()]);
  }

  readonly #runPart = async (batch: readonly EncodedText[]): Promise<EngineOutput> => {
    // TensorFlow.js computes at once: other requests get their turn first.
    await setImmediate();
    const rows = batch.length;
    const { logits, neutral } = tf.tidy(() => this.#compute(batch));
    if (logits === undefined) throw new Error("the network gives no logits.");
    return { logits: logitsOf(logits, rows), neutral: neutral ? neutralOf(neutral, rows) : null };
  };

  #compute(batch: readonly EncodedText[]) {
    const values = new Map(this.#constants);
    values.set("ids", paddedTensor(batch.map(({ ids }) => ids)));
    values.set("ngrams", paddedTensor(batch.map(({ ngrams }) => ngrams)));
    for (const { node, attributes } of this.#steps) {
      const inputs = node.input.map((name) => values.get(name) as tf.Tensor);
      const output = OPERATIONS.get(node.opType)?.(inputs, attributes);
      if (output) values.set(node.output[0] ?? "", output);
    }
    const outputOf = (name: string) => (this.#outputs.includes(name) ? raw(values.get(name)) : undefined);
    return { logits: outputOf("logits"), neutral: outputOf("neutral") };
  }
}

function raw(output: tf.Tensor | undefined) {
  return output && { type: output.dtype, dims: output.shape, data: output.dataSync() };
}

function paddedTensor(rows: readonly Int32Array[]): tf.Tensor {
  const { data, dims } = padded(rows);
  return tf.tensor2d(data, dims, "int32");
}

function constant(tensor: OnnxTensor): tf.Tensor {
  const { name, dims, dataType } = tensor;
  const values = tensorValues(tensor);
  if (values === undefined) {
    throw new Error(`the network's tensor ${name} has the element type ${dataType}, which is not read here.`);
  }
  if (values instanceof Float32Array) return tf.tensor(values, dims, "float32");
  return tf.tensor(Int32Array.from<number | bigint>(values, Number), dims, "int32");
}
