import {
  ELEMENT_TYPE,
  type ElementType,
  encodeModel,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from "../src/onnx-schema.js";

const ATTRIBUTE_TYPE = { int: 2, string: 3, ints: 7 } as const;

/** An attribute's value; a name of an element type stands for its number. */
type AttributeValue = number | string | number[];

/** Puts an ONNX graph together, node by node; values go by the names that its methods return. */
export class OnnxGraphBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[] = [];
  readonly #inputs: OnnxValueInfo[] = [];
  readonly #outputs: OnnxValueInfo[] = [];

  /** @param dims a name for a length that may differ from run to run */
  input(name: string, type: ElementType, dims: readonly (string | number)[]): string {
    this.#inputs.push(valueInfo(name, type, dims));
    return name;
  }

  output(name: string, type: ElementType, dims: readonly (string | number)[]): void {
    this.#outputs.push(valueInfo(name, type, dims));
  }

  floats(name: string, dims: readonly number[], values: Float32Array): string {
    return this.#initializer(name, "float", dims, values);
  }

  bytes(name: string, dims: readonly number[], values: Int8Array): string {
    return this.#initializer(name, "int8", dims, values);
  }

  /** Whole numbers, as operations take axes and shapes. */
  int64s(name: string, values: readonly number[]): string {
    return this.#initializer(name, "int64", [values.length], BigInt64Array.from(values, BigInt));
  }

  int32s(name: string, values: readonly number[]): string {
    return this.#initializer(name, "int32", [values.length], Int32Array.from(values));
  }

  /** Adds an operation with one output, which it returns; `output` names it, else it gets a name of its own. */
  node(opType: string, input: string[], attributes: Record<string, AttributeValue> = {}, output?: string): string {
    const name = output ?? `${opType}_${this.#nodes.length}`;
    const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
    this.#nodes.push({ input, output: [name], opType, attribute });
    return name;
  }

  /** The bytes of the ONNX file. */
  encode(name: string): Uint8Array {
    return encodeModel({
      name,
      node: this.#nodes,
      initializer: this.#initializers,
      input: this.#inputs,
      output: this.#outputs,
    });
  }

  #initializer(name: string, type: ElementType, dims: readonly number[], values: ArrayBufferView): string {
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.#initializers.push({ name, dims: [...dims], dataType: ELEMENT_TYPE[type], rawData });
    return name;
  }
}

function attributeOf(name: string, value: AttributeValue): OnnxAttribute {
  if (typeof value === "number") return { name, type: ATTRIBUTE_TYPE.int, i: value };
  if (typeof value === "string") return { name, type: ATTRIBUTE_TYPE.string, s: Buffer.from(value) };
  return { name, type: ATTRIBUTE_TYPE.ints, ints: value };
}

function valueInfo(name: string, type: ElementType, dims: readonly (string | number)[]): OnnxValueInfo {
  const dim = dims.map((length) => (typeof length === "string" ? { dimParam: length } : { dimValue: length }));
  return { name, type: { tensorType: { elemType: ELEMENT_TYPE[type], shape: { dim } } } };
}
