import type { Classification, Emotion, InferenceReadiness, ModelDescription } from "@sentiloop/inference/contract";

/** A classification together with the one model version that made it. */
export interface VersionedClassification {
  classification: Classification;
  modelVersion: string;
}

/** How much one part of a text speaks for an emotion. */
export interface TokenWeight {
  /** The part as it was typed. */
  token: string;
  /** Where it starts in the text as typed, in UTF-16 code units. */
  start: number;
  /** Where it ends, in UTF-16 code units: behind its last one. */
  end: number;
  /** How much the emotion's probability falls without it; negative when it rises. */
  weight: number;
}

/** Which version is to serve, and who wants that. */
export interface Promotion {
  version: string;
  actor: string;
}

/** How the way to a service that classifies is. */
export interface ClassifierConnection {
  /** open: it failed several times in a row and is not asked; half-open: one request tries it again. */
  circuit: "closed" | "half-open" | "open";
  /** Texts that wait to be sent. */
  waiting: number;
  /** Requests with texts that are out. */
  inFlight: number;
  /** Requests sent again, and attempts that got no answer of use, since the start. */
  retries: number;
  failures: number;
}

/**
 * Where classifications come from. Every method fails with INFERENCE_UNAVAILABLE when it gets no answer,
 * with RATE_LIMITED when there is too much to do.
 */
export interface Classifier {
  /** Classifies one text that `textProblem` has no objection to. @throws ClientError BAD_USER_INPUT if it is refused */
  classify(text: string): Promise<VersionedClassification>;
  /** What in such a text speaks for an emotion and what against it, as the version sees it that serves now. */
  explain(text: string, emotion: Emotion): Promise<TokenWeight[]>;
  /** All versions that can be served; exactly one of them is serving. */
  models(): Promise<ModelDescription[]>;
  /**
   * Makes a version the one that serves, which it does once this returns. It is asked for once only: when
   * the answer is lost, INFERENCE_UNAVAILABLE leaves open whether it serves.
   * @throws ClientError NOT_FOUND when there is no such version, BAD_USER_INPUT when it is refused
   */
  promote(promotion: Promotion): Promise<void>;
  /** Which version serves on which engine, and why. */
  health(): Promise<InferenceReadiness>;
  /** How the way to it is; absent where nothing lies between. */
  readonly connection?: ClassifierConnection;
  close(): Promise<void>;
}
