import type { InferenceReadiness } from "../contract/index.js";
import type { RefusedPromotion } from "./refused-promotion.js";
import type { ServingModel } from "./serving-model.js";

/** How the service is. */
export interface ServiceState {
  model: Pick<ServingModel, "version" | "reason" | "engine">;
  refused: RefusedPromotion | undefined;
  stopping: boolean;
}

/** What the service says of its readiness. */
export function readiness({ model, refused, stopping }: ServiceState): InferenceReadiness {
  return {
    status: stopping ? "stopping" : "ready",
    modelVersion: model.version,
    modelReason: model.reason,
    engine: model.engine.name,
    engineReason: model.engine.reason,
    ...(refused && { refusedPromotion: refused }),
  };
}
