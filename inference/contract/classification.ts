import * as z from "zod";
import { EMOTIONS, type Emotion } from "./emotion.js";

/** Why a classification should not be relied on. */
export const UNCERTAINTY_REASONS = ["NO_KNOWN_WORDS", "LOW_CONFIDENCE", "NEUTRAL_TEXT"] as const;

const probability = z.number().min(0).max(1);

/** What a model says of one text: the most probable emotion, and a calibrated probability of each (sum 1). */
export const classificationSchema = z.object({
  emotion: z.enum(EMOTIONS),
  probabilities: z.record(z.enum(EMOTIONS), probability),
  uncertain: z.boolean(),
  uncertaintyReasons: z.array(z.enum(UNCERTAINTY_REASONS)),
  truncated: z
    .boolean()
    .describe("Whether the text had more tokens than the network reads: what followed was ignored."),
});

const count = z.number().int().nonnegative();

/** How good a version was on rows that it never saw in training. */
export const modelMetricsSchema = z.object({
  accuracy: probability,
  macroF1: probability,
  expectedCalibrationError: probability,
  testRows: count,
  /** `confusion[truth][classified]`: how many of these rows. Absent where only the other figures are known. */
  confusion: z.record(z.enum(EMOTIONS), z.record(z.enum(EMOTIONS), count)).optional(),
});

/** A model version as the service describes it to the outside. */
export const modelDescriptionSchema = z.object({
  version: z.string().min(1),
  serving: z.boolean(),
  createdAt: z.iso.datetime(),
  trainedOnRows: z.number().int().nonnegative(),
  datasetSha256: z.string().regex(/^[0-9a-f]{64}$/),
  parameters: z.number().int().positive(),
  metrics: modelMetricsSchema,
});

/** The most texts that one request to the service may carry. */
export const MAX_INSTANCES = 128;

/** `POST /v1/models/emotion:predict`, the answer: one prediction an instance, in the order asked. */
export const predictResponseSchema = z.object({
  predictions: z.array(classificationSchema),
  modelVersion: z.string().min(1),
});

/** `POST /v1/models/emotion:explain`, the answer: how much each token of the text speaks for the emotion. */
export const explainResponseSchema = z.object({
  emotion: z.enum(EMOTIONS).describe("What the weights are for: the emotion asked for, else the most probable one."),
  tokens: z.array(
    z.object({
      token: z.string().describe("As it was typed."),
      start: z.number().int().nonnegative().describe("Where it begins in the text, in UTF-16 code units."),
      end: z.number().int().positive().describe("Where it ends, exclusive."),
      weight: z
        .number()
        .min(-1)
        .max(1)
        .describe("By how much the emotion's probability drops when the token is hidden; negative: it speaks against."),
    }),
  ),
  truncated: z.boolean(),
  modelVersion: z.string().min(1),
});

/** `POST /v1/models/emotion:promote`, the answer: this service serves `version` already. */
export const promoteResponseSchema = z.object({
  version: z.string().min(1),
  previous: z.string().min(1).describe("The version that was served before."),
  note: z.string().optional().describe("What could not be checked, such as versions measured on different rows."),
});

/** `GET /v1/models/emotion`, the answer. */
export const modelsResponseSchema = z.object({ name: z.literal("emotion"), models: z.array(modelDescriptionSchema) });

/** `GET /readyz`, the answer: with HTTP status 200 when the service takes requests, 503 when it is stopping. */
export const readinessSchema = z.object({
  status: z.enum(["ready", "stopping"]),
  modelVersion: z.string(),
  modelReason: z.string().describe("Why this version serves."),
  engine: z.string().describe("What computes the network."),
  engineReason: z.string().describe("Why this engine computes."),
  refusedPromotion: z
    .object({ version: z.string().nullable(), reason: z.string() })
    .optional()
    .describe("The version that should serve instead but cannot, and why; the version is null when none can be read."),
});

export type UncertaintyReason = (typeof UNCERTAINTY_REASONS)[number];
export type Classification = z.infer<typeof classificationSchema>;
export type ModelDescription = z.infer<typeof modelDescriptionSchema>;
export type PredictResponse = z.infer<typeof predictResponseSchema>;
export type ExplainResponse = z.infer<typeof explainResponseSchema>;
export type PromoteResponse = z.infer<typeof promoteResponseSchema>;
export type InferenceReadiness = z.infer<typeof readinessSchema>;
export type ModelsResponse = z.infer<typeof modelsResponseSchema>;

/** `POST /v1/models/emotion:predict`, the question. */
export interface PredictRequest {
  instances: string[];
}

/** `POST /v1/models/emotion:explain`, the question. */
export interface ExplainRequest {
  instance: string;
  /** What to explain the text's probability of; left out, it is the emotion that the text is classified as. */
  emotion?: Emotion;
}

/** `POST /v1/models/emotion:promote`, the question: `force` accepts a version that measured worse. */
export interface PromoteRequest {
  version: string;
  actor: string;
  force?: boolean;
}
