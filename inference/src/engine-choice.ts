import type { Engine } from "./engine.js";
import { OnnxEngine } from "./onnx-engine.js";

/** The engines that can compute a network, as `EMOTION_ENGINE` names them. */
export const ENGINES = ["onnx", "tfjs"] as const;

export type EngineChoice = (typeof ENGINES)[number];

/** Opens a network with the engine that was chosen; its errors are those of `OnnxEngine.open`. */
export async function openEngine(network: Uint8Array, choice: EngineChoice): Promise<Engine> {
  if (choice === "onnx") return OnnxEngine.open(network);
  // Only now: TensorFlow.js takes half a second and a hundred megabytes.
  const { TfjsEngine } = await import("./tfjs-engine.js");
  return TfjsEngine.open(network);
}

/** Why an engine computes, for people. */
export function engineReason(choice: EngineChoice): string {
  return choice === "onnx" ? "every version is published as an ONNX network" : "EMOTION_ENGINE names it";
}
