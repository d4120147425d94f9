import type { Classification, InferenceReadiness, ModelDescription } from "@sentiloop/inference/contract";

/** A classification together with the one model version that made it. */
export interface VersionedClassification {
  classification: Classification;
  modelVersion: string;
}

/** Where classifications come from. Every method fails with INFERENCE_UNAVAILABLE when it gets no answer. */
export interface Classifier {
  /** Classifies one text that `textProblem` has no objection to. */
  classify(text: string): Promise<VersionedClassification>;
  /** All versions that can be served; exactly one of them is serving. */
  models(): Promise<ModelDescription[]>;
  /** Which version serves on which engine, and why. */
  health(): Promise<InferenceReadiness>;
  close(): Promise<void>;
}
