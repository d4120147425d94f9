import { TestEnvironment } from "jest-environment-node";

/**
 * Node's environment with the outer realm's typed arrays: native add-ons (ONNX Runtime) check theirs with
 * instanceof, and Jest's realm has others.
 */
export default class NativeArraysEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    Object.assign(this.global, { Float32Array, Int32Array, BigInt64Array, Uint8Array, ArrayBuffer });
  }
}
