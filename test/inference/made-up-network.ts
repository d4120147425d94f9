import { OnnxGraphBuilder } from "../../inference/training/onnx-graph.js";

/** What a made-up network gives. */
export interface MadeUpOutputs {
  /** The weights of the logits; their number is the number of columns. */
  logits: number[];
  /** What the one output is called. */
  name?: string;
  /** Adds the output `neutral`: this logit for every text. */
  neutral?: number;
  /** Lets every text's logits depend on the other texts. */
  mixed?: boolean;
  /** Adds an operation with this name, which nothing needs. */
  operation?: string;
}

/** A network whose logits are the number of known words times some weights. */
export function madeUpNetwork({ logits, name = "logits", neutral, mixed, operation }: MadeUpOutputs): Uint8Array {
  const graph = new OnnxGraphBuilder();
  const ids = graph.input("ids", "int32", ["B", "T"]);
  graph.input("ngrams", "int32", ["B", "L"]);
  const known = graph.node("Cast", [graph.node("Greater", [ids, graph.int32s("one", [1])])], { to: 1 });
  const own = graph.node("ReduceSum", [known, graph.int64s("axis", [1])], { keepdims: 1 });
  const most = graph.node("ReduceMax", [own], { axes: [0], keepdims: 1 });
  const count = mixed ? graph.node("Add", [own, most]) : own;
  if (operation) graph.node(operation, [own]);
  const weights = graph.floats("weights", [1, logits.length], Float32Array.from(logits));
  graph.node("MatMul", [count, weights], {}, name);
  graph.output(name, "float", ["B", logits.length]);
  if (neutral !== undefined) {
    const none = graph.node("MatMul", [count, graph.floats("none", [1, 1], Float32Array.of(0))]);
    graph.node("Add", [none, graph.floats("neutralLogit", [1], Float32Array.of(neutral))], {}, "neutral");
    graph.output("neutral", "float", ["B", 1]);
  }
  return graph.encode("made up");
}

/** The same network with one more tensor, whose numbers are in another file. */
export function withExternalData(network: Uint8Array, file: string): Uint8Array {
  const location = field(13, Buffer.concat([field(1, Buffer.from("location")), field(2, Buffer.from(file))]));
  const dims = Buffer.from([8, 1]);
  const float = Buffer.from([16, 1]);
  const external = Buffer.from([14 << 3, 1]);
  const tensor = Buffer.concat([dims, float, field(8, Buffer.from("secret")), location, external]);
  // A second graph field: whoever reads the file merges it with the first.
  const graph = field(7, field(5, tensor));
  return Buffer.concat([graph, network]);
}

/** A field of a protocol buffer message that holds up to 127 bytes. */
function field(number: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
}
