import protobuf from "protobufjs";

/**
 * The part of the ONNX file format that a network here needs, with the field numbers of onnx.proto (ONNX,
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
const SCHEMA = `
  syntax = "proto2";
  message Attribute {
    optional string name = 1; optional float f = 2; optional int64 i = 3; optional bytes s = 4; repeated int64 ints = 8; optional int32 type = 20;
  }
  message Node {
    repeated string input = 1; repeated string output = 2; optional string opType = 4; repeated Attribute attribute = 5;
  }
  message Tensor { repeated int64 dims = 1; optional int32 dataType = 2; optional string name = 8; optional bytes rawData = 9; }
  message Dimension { optional int64 dimValue = 1; optional string dimParam = 2; }
  message Shape { repeated Dimension dim = 1; }
  message TensorType { optional int32 elemType = 1; optional Shape shape = 2; }
  message Type { optional TensorType tensorType = 1; }
  message ValueInfo { optional string name = 1; optional Type type = 2; }
  message Graph {
    repeated Node node = 1; optional string name = 2; repeated Tensor initializer = 5;
    repeated ValueInfo input = 11; repeated ValueInfo output = 12;
  }
  message OperatorSet { optional string domain = 1; optional int64 version = 2; }
  message Model {
    optional int64 irVersion = 1; optional string producerName = 2; optional Graph graph = 7; repeated OperatorSet opsetImport = 8;
  }
`;

/** The numbers by which ONNX calls element types. */
export const ELEMENT_TYPE = { float: 1, int8: 3, int32: 6, int64: 7 } as const;
export type ElementType = keyof typeof ELEMENT_TYPE;

export interface OnnxAttribute {
  name: string;
  type: number;
  f?: number;
  i?: number;
  s?: Uint8Array;
  ints?: number[];
}

export interface OnnxNode {
  input: string[];
  output: string[];
  opType: string;
  attribute: OnnxAttribute[];
}

export interface OnnxTensor {
  dims: number[];
  dataType: number;
  name: string;
  /** Little-endian, as the machines that Node runs on keep numbers in memory. */
  rawData: Uint8Array;
}

export interface OnnxValueInfo {
  name: string;
  type: { tensorType: { elemType: number; shape: { dim: ({ dimParam: string } | { dimValue: number })[] } } };
}

export interface OnnxGraph {
  name: string;
  node: OnnxNode[];
  initializer: OnnxTensor[];
  input: OnnxValueInfo[];
  output: OnnxValueInfo[];
}

// Opset 13 and IR 7 are what ONNX Runtime has read since 1.7 (2021).
const OPERATOR_SET = 13;
const IR_VERSION = 7;

/** The bytes of an ONNX file with a graph. */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const model = protobuf.parse(SCHEMA).root.lookupType("Model");
  const content = {
    irVersion: IR_VERSION,
    producerName: "sentiloop",
    graph,
    opsetImport: [{ domain: "", version: OPERATOR_SET }],
  };
  return model.encode(model.create(content)).finish();
}

/**
 * The graph of an ONNX file.
 * @throws Error when the bytes are no ONNX file
 */
export function decodeGraph(network: Uint8Array): OnnxGraph {
  const model = protobuf.parse(SCHEMA).root.lookupType("Model");
  const options = { longs: Number, arrays: true, objects: true };
  const { graph } = model.toObject(model.decode(network), options) as { graph?: OnnxGraph };
  if (graph === undefined) throw new Error("the network is not an ONNX file: it has no graph.");
  return graph;
}

/** The numbers of a tensor; undefined when they are of a type that no network here has. */
export function tensorValues({
  dataType,
  rawData,
}: OnnxTensor): Float32Array | Int8Array | Int32Array | BigInt64Array | undefined {
  // A copy: the decoder's slices are views of the whole file, and numbers must begin where their size divides the address.
  const { buffer } = Uint8Array.from(rawData);
  if (dataType === ELEMENT_TYPE.float) return new Float32Array(buffer);
  if (dataType === ELEMENT_TYPE.int8) return new Int8Array(buffer);
  if (dataType === ELEMENT_TYPE.int32) return new Int32Array(buffer);
  if (dataType === ELEMENT_TYPE.int64) return new BigInt64Array(buffer);
  return undefined;
}
