import type { InferenceReadiness } from "../contract/index.js";
import type { ServingModel } from "./serving-model.js";

/** What the service says of its readiness. */
export function readiness({ version, reason, engine }: ServingModel, stopping: boolean): InferenceReadiness {
  return {
    status: stopping ? "stopping" : "ready",
    modelVersion: version,
    modelReason: reason,
    engine: engine.name,
    engineReason: engine.reason,
  };
}
