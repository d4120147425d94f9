import * as tf from "@tensorflow/tfjs";
import { ELEMENT_TYPE, type OnnxNode } from "./onnx-schema.js";
import { bidirectionalGru } from "./tfjs-gru.js";

/** Computes the output of a node from its inputs. */
export type Operation = (inputs: readonly tf.Tensor[], attributes: Attributes) => tf.Tensor;

/** The operations of ONNX (opset 13) that can be computed with TensorFlow.js here, by their names. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["Add", binary(tf.add)],
  ["Mul", binary(tf.mul)],
  ["Div", binary(tf.div)],
  ["Greater", binary(tf.greater)],
  ["Not", ([x]) => tf.logicalNot(given(x))],
  ["Sqrt", ([x]) => tf.sqrt(given(x))],
  ["Relu", ([x]) => tf.relu(given(x))],
  ["Cast", ([x], attributes) => tf.cast(given(x), elementType(attributes.int("to")))],
  ["Gather", ([table, indices], attributes) => tf.gather(given(table), integers(indices), attributes.int("axis", 0))],
  ["Transpose", ([x], attributes) => tf.transpose(given(x), attributes.ints("perm"))],
  ["Concat", (inputs, attributes) => tf.concat([...inputs], attributes.int("axis"))],
  ["Squeeze", ([x, axes]) => tf.squeeze(given(x), numbers(axes))],
  ["Unsqueeze", ([x, axes]) => numbers(axes).reduce((y, axis) => tf.expandDims(y, axis), given(x))],
  ["Reshape", ([x, shape]) => reshape(given(x), numbers(shape))],
  ["ReduceSum", ([x, axes], attributes) => tf.sum(given(x), numbers(axes), attributes.int("keepdims", 1) === 1)],
  ["ReduceMax", ([x], attributes) => tf.max(given(x), attributes.ints("axes"), attributes.int("keepdims", 1) === 1)],
  ["Softmax", ([x], attributes) => tf.softmax(given(x), attributes.int("axis", -1))],
  ["MatMul", ([a, b]) => matMul(given(a), given(b))],
  ["Gemm", gemm],
  ["GRU", gru],
]);

/** The attributes of a node. */
export class Attributes {
  readonly #node: OnnxNode;

  constructor(node: OnnxNode) {
    this.#node = node;
  }

  int(name: string, preset?: number): number {
    const value = this.#find(name)?.i ?? preset;
    if (value === undefined) throw new Error(`the network's operation ${this.#node.opType} lacks ${name}.`);
    return value;
  }

  ints(name: string): number[] {
    return this.#find(name)?.ints ?? [];
  }

  string(name: string, preset: string): string {
    return Buffer.from(this.#find(name)?.s ?? Buffer.from(preset)).toString();
  }

  /** Makes sure that the node has no attribute but these, because nothing else is computed. */
  only(...names: string[]): void {
    const other = this.#node.attribute.find(({ name }) => !names.includes(name));
    if (other)
      throw new Error(
        `the network's operation ${this.#node.opType} has ${other.name}, which TensorFlow.js does not compute here.`,
      );
  }

  #find(name: string) {
    return this.#node.attribute.find((attribute) => attribute.name === name);
  }
}

function binary(operation: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Operation {
  return ([a, b]) => operation(given(a), given(b));
}

function gemm([a, b, c]: readonly tf.Tensor[], attributes: Attributes): tf.Tensor {
  attributes.only();
  return tf.add(tf.matMul(given(a), given(b)), given(c));
}

/** Matrices, stacks of matrices, or a stack times one matrix. */
function matMul(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  if (a.rank === b.rank) return tf.matMul(a, b);
  const width = a.shape.at(-1) ?? 1;
  const rows = tf.matMul(a.reshape([-1, width]), b);
  return rows.reshape([...a.shape.slice(0, -1), b.shape.at(-1) ?? 1]);
}

function gru(inputs: readonly tf.Tensor[], attributes: Attributes): tf.Tensor {
  attributes.only("direction", "hidden_size", "linear_before_reset");
  const known = attributes.string("direction", "forward") === "bidirectional";
  if (!known || attributes.int("linear_before_reset", 0) !== 1) {
    throw new Error("the network's GRU must be bidirectional with linear_before_reset=1 for TensorFlow.js here.");
  }
  const [x, input, recurrent, biases, lengths] = inputs;
  return bidirectionalGru({
    x: given(x) as tf.Tensor3D,
    input: given(input) as tf.Tensor3D,
    recurrent: given(recurrent) as tf.Tensor3D,
    biases: given(biases) as tf.Tensor2D,
    lengths: Int32Array.from(numbers(lengths)),
  });
}

/** In ONNX, 0 keeps a length as it is. */
function reshape(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  return x.reshape(shape.map((length, axis) => (length === 0 ? (x.shape[axis] ?? 0) : length)));
}

function elementType(type: number): "float32" | "int32" | "bool" {
  if (type === ELEMENT_TYPE.float) return "float32";
  if (type === ELEMENT_TYPE.int32 || type === ELEMENT_TYPE.int64) return "int32";
  throw new Error(`the network casts to the element type ${type}, which TensorFlow.js does not have here.`);
}

function integers(x: tf.Tensor | undefined): tf.Tensor {
  return tf.cast(given(x), "int32");
}

function numbers(x: tf.Tensor | undefined): number[] {
  return Array.from(given(x).dataSync());
}

function given(x: tf.Tensor | undefined): tf.Tensor {
  if (x === undefined) throw new Error("the network leaves out an input that its operation needs here.");
  return x;
}
