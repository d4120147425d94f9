import { EMOTIONS } from "../contract/index.js";
import { ELEMENT_TYPE } from "../src/onnx-schema.js";
import { WIDE_SCALE } from "./batch.js";
import { type GateWeightName, type GateWeights, gateShapes } from "./neutral-gate.js";
import { OnnxGraphBuilder } from "./onnx-graph.js";
import { quantised } from "./quantisation.js";
import { type Direction, type NetworkSize, type PerWeight, type WeightName, weightShapes } from "./weights.js";

const NEVER = -1e9;

/**
 * A network as an ONNX file with the inputs `ids` [B,T] and `ngrams` [B,L] (int32, 0 is padding at the end)
 * and the output `logits` [B,7]; with a gate also `neutral` [B,1]. Padding and the other rows of a batch change
 * nothing in a row's answer. The two large tables are written as bytes with a scale a row.
 */
export function exportOnnx(
  size: NetworkSize,
  weights: PerWeight<Float32Array>,
  gate: GateWeights | null = null,
): Uint8Array {
  return new OnnxExport(size, weights, gate).encode();
}

/** The graph of one network while it is put together. */
class OnnxExport {
  readonly #graph = new OnnxGraphBuilder();
  readonly #size: NetworkSize;
  readonly #weights: PerWeight<Float32Array>;
  readonly #gate: GateWeights | null;
  readonly #zero = this.#graph.int32s("zero", [0]);
  readonly #axis1 = this.#graph.int64s("axis1", [1]);
  readonly #axis2 = this.#graph.int64s("axis2", [2]);

  constructor(size: NetworkSize, weights: PerWeight<Float32Array>, gate: GateWeights | null) {
    this.#size = size;
    this.#weights = weights;
    this.#gate = gate;
  }

  encode(): Uint8Array {
    const graph = this.#graph;
    const ids = graph.input("ids", "int32", ["B", "T"]);
    const ngrams = graph.input("ngrams", "int32", ["B", "L"]);
    const pooled = this.#pooled(ids);
    const root = this.#rootOfCount(ngrams);
    const deep = graph.node("Gemm", [pooled, this.#learned("dense"), this.#learned("denseBias")]);
    graph.node("Add", [deep, this.#sum(this.#wide(ngrams), root)], {}, "logits");
    graph.output("logits", "float", ["B", EMOTIONS.length]);
    if (this.#gate) this.#neutral(this.#gate, pooled, ngrams, root);
    return graph.encode("emotion");
  }

  #neutral(gate: GateWeights, pooled: string, ngrams: string, root: string): void {
    const graph = this.#graph;
    const shapes = gateShapes(4 * this.#size.hidden, this.#size.ngramBuckets);
    const learned = (name: GateWeightName) => graph.floats(name, shapes[name], gate[name]);
    const hidden = graph.node("Relu", [
      graph.node("Gemm", [pooled, learned("gate.hidden"), learned("gate.hiddenBias")]),
    ]);
    const deep = graph.node("Gemm", [hidden, learned("gate.out"), learned("gate.outBias")]);
    const table = graph.floats("gate.wide", shapes["gate.wide"], gate["gate.wide"].slice().fill(0, 0, 1));
    graph.node("Add", [deep, this.#sum(graph.node("Gather", [table, ngrams]), root)], {}, "neutral");
    graph.output("neutral", "float", ["B", 1]);
  }

  /** What the recurrent half makes of a text: [B, 4H]. */
  #pooled(ids: string): string {
    const graph = this.#graph;
    const present = graph.node("Greater", [ids, this.#zero]);
    const states = this.#states(ids, present);
    const absent = graph.node("Cast", [graph.node("Not", [present])], { to: ELEMENT_TYPE.float });
    const padding = graph.node("Mul", [absent, graph.floats("never", [1], Float32Array.of(NEVER))]);
    const pooled = graph.node("Concat", [this.#attended(states, padding), this.#largest(states, padding)], { axis: 2 });
    return graph.node("Squeeze", [pooled, this.#axis1]);
  }

  /** The GRU's states, both directions side by side: [B, T, 2H]. */
  #states(ids: string, present: string): string {
    const graph = this.#graph;
    const table = { name: "embedding", values: this.#weights.embedding, width: this.#size.embedding };
    const words = this.#rows(table, graph.node("Transpose", [ids], { perm: [1, 0] }));
    const steps = graph.node("Cast", [present], { to: ELEMENT_TYPE.int32 });
    const lengths = graph.node("ReduceSum", [steps, this.#axis1], { keepdims: 0 });
    const attributes = { direction: "bidirectional", hidden_size: this.#size.hidden, linear_before_reset: 1 };
    const gru = graph.node("GRU", [words, ...this.#gruWeights(), lengths], attributes);
    const byRow = graph.node("Transpose", [gru], { perm: [2, 0, 1, 3] });
    return graph.node("Reshape", [byRow, graph.int64s("sideBySide", [0, 0, -1])]);
  }

  /** W, R and B of the ONNX operation. */
  #gruWeights(): string[] {
    const { embedding, hidden } = this.#size;
    const weights = this.#weights;
    const input = bothDirections((d) => transposed(weights[`${d}.input`], embedding));
    const recurrent = bothDirections((d) => transposed(weights[`${d}.recurrent`], hidden));
    const biases = bothDirections((d) => joined(weights[`${d}.inputBias`], weights[`${d}.recurrentBias`]));
    return [
      this.#graph.floats("input", [2, 3 * hidden, embedding], input),
      this.#graph.floats("recurrent", [2, 3 * hidden, hidden], recurrent),
      this.#graph.floats("biases", [2, 6 * hidden], biases),
    ];
  }

  /** The mean of the states, weighted by attention: [B, 1, 2H]. */
  #attended(states: string, padding: string): string {
    const graph = this.#graph;
    const scores = graph.node("Squeeze", [graph.node("MatMul", [states, this.#learned("attention")]), this.#axis2]);
    const shares = graph.node("Softmax", [graph.node("Add", [scores, padding])], { axis: 1 });
    return graph.node("MatMul", [graph.node("Unsqueeze", [shares, this.#axis1]), states]);
  }

  /** The largest of the states: [B, 1, 2H]. */
  #largest(states: string, padding: string): string {
    const candidates = this.#graph.node("Add", [states, this.#graph.node("Unsqueeze", [padding, this.#axis2])]);
    return this.#graph.node("ReduceMax", [candidates], { axes: [1], keepdims: 1 });
  }

  /** What each n-gram says: [B, L, 7]. */
  #wide(ngrams: string): string {
    const scaled = this.#weights.wide.map((weight) => weight * WIDE_SCALE);
    const values = scaled.fill(0, 0, EMOTIONS.length);
    return this.#rows({ name: "wide", values, width: EMOTIONS.length }, ngrams);
  }

  /** The root of the number of n-grams: [B, 1]. */
  #rootOfCount(ngrams: string): string {
    const graph = this.#graph;
    const present = graph.node("Cast", [graph.node("Greater", [ngrams, this.#zero])], { to: ELEMENT_TYPE.float });
    return graph.node("Sqrt", [graph.node("ReduceSum", [present, this.#axis1], { keepdims: 1 })]);
  }

  #sum(opinions: string, root: string): string {
    const sum = this.#graph.node("ReduceSum", [opinions, this.#axis1], { keepdims: 0 });
    return this.#graph.node("Div", [sum, root]);
  }

  /** Rows of a table that is kept as bytes. */
  #rows({ name, values, width }: { name: string; values: Float32Array; width: number }, indices: string): string {
    const graph = this.#graph;
    const table = quantised(values, width);
    const bytes = graph.bytes(name, [table.scales.length, width], table.values);
    const scales = graph.floats(`${name}.scales`, [table.scales.length, 1], table.scales);
    const numbers = graph.node("Cast", [graph.node("Gather", [bytes, indices])], { to: ELEMENT_TYPE.float });
    return graph.node("Mul", [numbers, graph.node("Gather", [scales, indices])]);
  }

  #learned(name: WeightName): string {
    return this.#graph.floats(name, weightShapes(this.#size)[name], this.#weights[name]);
  }
}

function bothDirections(part: (direction: Direction) => Float32Array): Float32Array {
  return joined(part("forward"), part("backward"));
}

function joined(first: Float32Array, second: Float32Array): Float32Array {
  const result = new Float32Array(first.length + second.length);
  result.set(first);
  result.set(second, first.length);
  return result;
}

/** The transpose of a matrix with `rows` rows: ONNX keeps a gate's weights in rows, not in columns. */
function transposed(matrix: Float32Array, rows: number): Float32Array {
  const columns = matrix.length / rows;
  return matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)] ?? 0);
}
