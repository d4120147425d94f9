import { z } from "zod";
import type { ServingModel } from "./serving-model.js";

/** `GET /readyz`, the answer: status 200 when the service takes requests, 503 when it is stopping. */
export const readinessSchema = z.object({
  status: z.enum(["ready", "stopping"]),
  modelVersion: z.string(),
  modelReason: z.string().describe("Why this version serves."),
  engine: z.string().describe("What computes the network."),
  engineReason: z.string().describe("Why this engine computes."),
});

export type Readiness = z.infer<typeof readinessSchema>;

/** What the service says of its readiness. */
export function readiness({ version, reason, engine }: ServingModel, stopping: boolean): Readiness {
  return {
    status: stopping ? "stopping" : "ready",
    modelVersion: version,
    modelReason: reason,
    engine: engine.name,
    engineReason: engine.reason,
  };
}
