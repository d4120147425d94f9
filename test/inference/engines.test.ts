import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Engine, EngineOutput } from "../../inference/src/engine.js";
import { ENGINES, openEngine } from "../../inference/src/engine-choice.js";
import { loadVersion } from "../../inference/src/model-version.js";
import { TfjsEngine } from "../../inference/src/tfjs-engine.js";
import { type EncodedText, Tokenizer } from "../../inference/src/tokenizer.js";
import { initialGateWeights } from "../../inference/training/neutral-gate.js";
import { exportOnnx } from "../../inference/training/onnx-export.js";
import { OnnxGraphBuilder } from "../../inference/training/onnx-graph.js";
import { Random } from "../../inference/training/random.js";
import { initialWeights } from "../../inference/training/weights.js";
import { madeUpNetwork, withExternalData } from "./made-up-network.js";
import { ServerProcess } from "./server-process.js";
import { starterFolder } from "./starter-copy.js";

const TEXTS = [
  "I passed the exam and could not stop smiling.",
  "My grandmother died.",
  "yes",
  "🙂",
  "I don't feel guilty at all, and I never did!",
  `They laughed at me. ${"And then they laughed again. ".repeat(60)}`,
];
const TOLERANCE = 1e-5;

let batch: EncodedText[];
let network: Uint8Array;

beforeAll(async () => {
  const version = await loadVersion(await starterFolder());
  const tokenizer = new Tokenizer(version.tokenizer);
  // 24 texts, so that they run in several parts.
  batch = Array.from({ length: 24 }, (_, index) => tokenizer.encode(TEXTS[index % TEXTS.length] as string));
  network = version.network;
});

async function outputOf(bytes: Uint8Array, choice: (typeof ENGINES)[number], texts = batch): Promise<EngineOutput> {
  const engine = await openEngine(bytes, choice);
  try {
    return await engine.run(texts);
  } finally {
    await engine.close();
  }
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (b[index] ?? Number.NaN))), 0);
}

test("both engines give the same answers", async () => {
  const [onnx, tfjs] = [await outputOf(network, "onnx"), await outputOf(network, "tfjs")];
  expect(largestDifference(onnx.logits, tfjs.logits)).toBeLessThan(TOLERANCE);
  expect(tfjs.neutral === null).toBe(onnx.neutral === null);
  if (onnx.neutral && tfjs.neutral) expect(largestDifference(onnx.neutral, tfjs.neutral)).toBeLessThan(TOLERANCE);
});

test("both engines give the same answers of a network as training writes it, with bytes for numbers and a gate", async () => {
  const size = { words: 5000, ngramBuckets: 32_768, embedding: 12, hidden: 10 };
  const weights = initialWeights(size, new Random(1));
  const bytes = exportOnnx(size, weights, initialGateWeights(4 * size.hidden, size.ngramBuckets, 1));
  const [onnx, tfjs] = [await outputOf(bytes, "onnx"), await outputOf(bytes, "tfjs")];
  expect(largestDifference(onnx.logits, tfjs.logits)).toBeLessThan(TOLERANCE);
  expect(largestDifference(neutralOf(onnx), neutralOf(tfjs))).toBeLessThan(TOLERANCE);
});

function neutralOf({ neutral }: EngineOutput): Float32Array {
  if (neutral === null) throw new Error("The network gave no output neutral.");
  return neutral;
}

describe.each(ENGINES)("%s", (choice) => {
  test("gives each text what it gets alone, in the order asked", async () => {
    const together = await outputOf(network, choice);
    for (const [row, text] of batch.slice(0, TEXTS.length).entries()) {
      const alone = await outputOf(network, choice, [text]);
      expect(largestDifference(together.logits.slice(row * 7, row * 7 + 7), alone.logits)).toBeLessThan(TOLERANCE);
    }
  });

  test("gives the logit of carrying no emotion when the network does", async () => {
    const bytes = madeUpNetwork({ logits: [1, 2, 3, 4, 5, 6, 7], neutral: 0.5 });
    expect((await outputOf(bytes, choice)).neutral).toEqual(new Float32Array(batch.length).fill(0.5));
  });

  test.each([
    ["outputs of another shape", madeUpNetwork({ logits: [1, 2] }), "must give logits as float32"],
    ["outputs of another name", madeUpNetwork({ logits: [1, 2], name: "scores" }), "gives scores"],
    ["external data", withExternalData(madeUpNetwork({ logits: Array(7).fill(1) }), "x"), "external data"],
    ["no ONNX in it", Buffer.from("no network"), ""],
  ])("refuses a network with %s", async (_, bytes, reason) => {
    await expect(outputOf(bytes, choice)).rejects.toThrow(reason);
  });

  test("leaves the rest when it is told to stop", async () => {
    const engine = await openEngine(network, choice);
    const stop = new AbortController();
    const running = engine.run(batch, stop.signal);
    stop.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    await engine.close();
  });
});

test("TensorFlow.js names the operation that it does not compute", async () => {
  const graph = new OnnxGraphBuilder();
  graph.input("ngrams", "int32", ["B", "L"]);
  graph.node("Erf", [graph.input("ids", "int32", ["B", "T"])], {}, "logits");
  graph.output("logits", "float", ["B", 7]);
  await expect(TfjsEngine.open(graph.encode("unknown"))).rejects.toThrow("the network needs Erf");
});

describe("a network that TensorFlow.js computes", () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await openEngine(network, "tfjs");
  });

  afterAll(() => engine.close());

  test("leaves nothing in memory", async () => {
    const { memory } = await import("@tensorflow/tfjs");
    await engine.run(batch);
    const { numTensors } = memory();
    for (let run = 0; run < 5; run += 1) await engine.run(batch);
    expect(memory().numTensors).toBe(numTensors);
    await (await openEngine(network, "tfjs")).close();
    expect(memory().numTensors).toBe(numTensors);
  });
});

test("EMOTION_ENGINE chooses the engine of the service", async () => {
  const server = ServerProcess.launch({ EMOTION_ENGINE: "tfjs" });
  const url = await server.ready();
  const readiness = await (await fetch(`${url}/readyz`)).json();
  expect(readiness).toMatchObject({ engine: "tfjs", engineReason: "EMOTION_ENGINE names it" });
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ instances: ["I was so happy when I passed."] });
  const { predictions } = await (
    await fetch(`${url}/v1/models/emotion:predict`, { method: "POST", headers, body })
  ).json();
  expect(predictions[0].emotion).toBe("joy");
  server.kill("SIGTERM");
  expect(await server.exited).toBe(0);
});
