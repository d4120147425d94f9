import { setTimeout } from "node:timers/promises";
import type { Readiness } from "./app.js";
import type { Classifier } from "./classifier.js";
import type { PredictionStore } from "./prediction-store.js";

/** How long a part may take to show that it is well, in milliseconds. */
const PATIENCE = 2000;

/** Asks the parts that the gateway depends on: it is ready when all of them answer. */
export function readinessOf(parts: { classifier: Classifier; predictions: PredictionStore }): Readiness {
  return async () => {
    const [health, store] = await Promise.all([
      inTime(parts.classifier.health()),
      inTime(parts.predictions.check().then(() => true)),
    ]);
    return {
      ready: health !== undefined && store !== undefined,
      details: {
        store: store === undefined ? "unavailable" : "ready",
        inference: health === undefined ? "unavailable" : health.status,
        ...(parts.classifier.connection && { inferenceCircuit: parts.classifier.connection.circuit }),
        ...(health && { modelVersion: health.modelVersion, engine: health.engine, engineReason: health.engineReason }),
      },
    };
  };
}

function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  return Promise.race([answer.catch(() => undefined), setTimeout(PATIENCE, undefined, { ref: false })]);
}
