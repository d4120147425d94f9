import * as tf from "@tensorflow/tfjs";
import { startWasm } from "../src/wasm-backend.js";

/** What TensorFlow.js computes with. */
export interface Backend {
  /** `tensorflow` (native code) or `wasm`. */
  name: string;
  /** Why it was taken, for logs. */
  reason: string;
}

// Not a literal: the package is optional, and the compiler must not look for it.
const NATIVE_PACKAGE = "@tensorflow/tfjs-node";

/**
 * Makes TensorFlow.js ready to compute: with native code where `@tensorflow/tfjs-node` is installed and
 * works on this machine, else with WebAssembly, which needs nothing but this package.
 */
export async function startBackend(): Promise<Backend> {
  try {
    await import(NATIVE_PACKAGE);
    await tf.setBackend("tensorflow");
    return { name: tf.getBackend(), reason: `${NATIVE_PACKAGE} is installed` };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code?.endsWith("MODULE_NOT_FOUND");
    const why = missing ? "is not installed" : `cannot be used: ${firstLine(error)}`;
    await startWasm();
    return { name: tf.getBackend(), reason: `${NATIVE_PACKAGE} ${why}` };
  }
}

function firstLine(error: unknown): string {
  return String((error as Error).message ?? error).split("\n", 1)[0] ?? "";
}
