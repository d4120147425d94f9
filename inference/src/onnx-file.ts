import protobuf from "protobufjs";

/**
 * Where tensors stand in the ONNX file format, with the field numbers of onnx.proto (ONNX,
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). What is left out here is skipped when reading. Every
 * field is repeated: of a field that comes twice, ONNX Runtime merges both.
 */
const SCHEMA = `
  syntax = "proto2";
  message Entry { optional string key = 1; optional string value = 2; }
  message Tensor { repeated Entry externalData = 13; repeated int32 dataLocation = 14; }
  message SparseTensor { repeated Tensor values = 1; repeated Tensor indices = 2; }
  message Attribute {
    repeated Tensor t = 5; repeated Graph g = 6; repeated Tensor tensors = 10; repeated Graph graphs = 11;
    repeated SparseTensor sparseTensor = 22; repeated SparseTensor sparseTensors = 23;
  }
  message Node { repeated string opType = 4; repeated Attribute attribute = 5; }
  message Graph { repeated Node node = 1; repeated Tensor initializer = 5; repeated SparseTensor sparseInitializer = 15; }
  message Function { repeated Node node = 7; }
  message Model { repeated Graph graph = 7; repeated Function functions = 25; }
`;

const MODEL = protobuf.parse(SCHEMA).root.lookupType("Model");

// It may go on for ever, and nothing could stop it.
const ENDLESS = "Loop";

/**
 * Makes sure that an ONNX file holds all of its numbers itself, because ONNX Runtime would read any other file that
 * it names as data, and that it ends.
 * @throws Error when the bytes are no ONNX file, refer to another file, or hold a loop
 */
export function assertHarmless(network: Uint8Array): void {
  const model = decoded(network);
  if (some(model, refersElsewhere)) {
    throw new Error("the network keeps data in other files (external data). Save it as one ONNX file.");
  }
  if (some(model, (field, value) => field === "opType" && (value as string[]).includes(ENDLESS))) {
    throw new Error(
      `the network has the operation ${ENDLESS}, which may never end. Unroll it, or use GRU, LSTM or Scan.`,
    );
  }
}

function decoded(network: Uint8Array): object {
  try {
    return MODEL.decode(network);
  } catch (error) {
    throw new Error(`the network is not an ONNX file: ${(error as Error).message}`);
  }
}

function refersElsewhere(field: string, value: unknown): boolean {
  if (field === "dataLocation") return (value as number[]).some((location) => location !== 0);
  return field === "externalData" && (value as unknown[]).length > 0;
}

/** Whether something holds for a field of a message or of one within it. */
function some(message: object, holds: (field: string, value: unknown) => boolean): boolean {
  return Object.entries(message).some(([field, value]: [string, unknown]) => {
    if (holds(field, value)) return true;
    const within = Array.isArray(value) ? value : [];
    return within.some((each: unknown) => typeof each === "object" && each !== null && some(each, holds));
  });
}
