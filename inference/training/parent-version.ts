import { EMOTIONS } from "../contract/index.js";
import { ModelError } from "../src/model-error.js";
import type { ModelVersion } from "../src/model-version.js";
import { decodeGraph, type OnnxTensor, tensorValues } from "../src/onnx-schema.js";
import type { TokenizerOptions } from "../src/tokenizer.js";
import { WIDE_SCALE } from "./batch.js";
import type { Calibration } from "./calibration.js";
import { type GateWeightName, type GateWeights, gateShapes } from "./neutral-gate.js";
import { dequantised } from "./quantisation.js";
import { type Direction, type NetworkSize, type PerWeight, volume, weightShapes } from "./weights.js";

/** A version from which a training goes on. */
export interface ParentVersion {
  version: string;
  tokenizer: TokenizerOptions;
  size: NetworkSize;
  weights: PerWeight<Float32Array>;
  gate: GateWeights | null;
  calibration: Calibration;
}

/**
 * Takes the weights out of a version's network.
 * @throws ModelError when the network was not made by this trainer
 */
export function parentVersion({ folder, manifest, tokenizer, network }: ModelVersion): ParentVersion {
  const tensors = new Map(decodeGraph(network).initializer.map((tensor) => [tensor.name, tensor]));
  const floats = (name: string) => valuesOf(tensors, name, folder);
  const size = sizeOf(tensors, tokenizer.words.length, tokenizer.ngramBuckets, folder);
  const gate = tensors.has("gate.hidden")
    ? (Object.fromEntries(
        Object.keys(gateShapes(4 * size.hidden, size.ngramBuckets)).map((name) => [name, floats(name)]),
      ) as GateWeights satisfies Record<GateWeightName, Float32Array>)
    : null;
  const weights = {
    embedding: floats("embedding"),
    ...directionOf("forward", 0, floats, size),
    ...directionOf("backward", 1, floats, size),
    attention: floats("attention"),
    dense: floats("dense"),
    denseBias: floats("denseBias"),
    wide: floats("wide").map((value) => value / WIDE_SCALE),
  };
  assertShapes(size, weights, folder);
  const { temperature, thresholds } = manifest;
  return { version: manifest.version, tokenizer, size, weights, gate, calibration: { temperature, ...thresholds } };
}

function sizeOf(tensors: Map<string, OnnxTensor>, words: number, ngramBuckets: number, folder: string): NetworkSize {
  const [, , embedding] = tensors.get("input")?.dims ?? [];
  const [, , hidden] = tensors.get("recurrent")?.dims ?? [];
  if (embedding === undefined || hidden === undefined) throw foreign(folder);
  return { words, ngramBuckets, embedding, hidden };
}

function valuesOf(tensors: Map<string, OnnxTensor>, name: string, folder: string): Float32Array {
  const tensor = tensors.get(name);
  const values = tensor && tensorValues(tensor);
  if (values instanceof Float32Array) return values;
  if (!(values instanceof Int8Array)) throw foreign(folder);
  return dequantised({ values, scales: valuesOf(tensors, `${name}.scales`, folder) });
}

function directionOf<D extends Direction>(
  direction: D,
  index: number,
  floats: (name: string) => Float32Array,
  { embedding, hidden }: NetworkSize,
) {
  const gates = 3 * hidden;
  const part = (name: string, size: number) => floats(name).slice(index * size, (index + 1) * size);
  const biases = part("biases", 2 * gates);
  return {
    [`${direction}.input`]: transposed(part("input", gates * embedding), gates),
    [`${direction}.inputBias`]: biases.slice(0, gates),
    [`${direction}.recurrent`]: transposed(part("recurrent", gates * hidden), gates),
    [`${direction}.recurrentBias`]: biases.slice(gates),
  } as Pick<PerWeight<Float32Array>, `${D}.${"input" | "inputBias" | "recurrent" | "recurrentBias"}`>;
}

/** The transpose of a matrix with `rows` rows. */
function transposed(matrix: Float32Array, rows: number): Float32Array {
  const columns = matrix.length / rows;
  return matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)] ?? 0);
}

function assertShapes(size: NetworkSize, weights: PerWeight<Float32Array>, folder: string): void {
  for (const [name, shape] of Object.entries(weightShapes(size))) {
    if (weights[name as keyof typeof weights].length !== volume(shape)) throw foreign(folder);
  }
}

function foreign(folder: string): ModelError {
  return new ModelError(
    `${folder} holds a network that was not made by this trainer, so training cannot go on from it ` +
      `(it must give ${EMOTIONS.length} logits from the trainer's own layers). Choose another version, or train without --from.`,
  );
}
