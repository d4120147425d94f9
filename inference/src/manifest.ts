import { z } from "zod";
import { EMOTIONS, modelMetricsSchema } from "../contract/index.js";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 in lower-case hex");

/** The name of the file that describes a version folder. */
export const MANIFEST_FILE = "manifest.json";

/**
 * What a version folder says of itself. `files` holds the SHA-256 of every other file in the folder that
 * the service reads; a folder in which one of them is off is refused whole.
 */
export const manifestSchema = z.strictObject({
  formatVersion: z.literal(1),
  version: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "1 to 64 letters, digits, dots, dashes or underscores"),
  createdAt: z.iso.datetime(),
  labels: z.tuple(EMOTIONS.map((emotion) => z.literal(emotion)) as [z.ZodLiteral<string>, ...z.ZodLiteral<string>[]]),
  files: z.strictObject({ "model.onnx": sha256, "vocabulary.json": sha256, "MODEL_CARD.md": sha256 }),
  /** The most tokens of a text that the network reads. */
  maxTokens: z.number().int().min(1).max(1024),
  /** Rows of the table of hashed n-grams; row 0 is padding. */
  ngramBuckets: z.number().int().min(2),
  parameters: z.number().int().positive(),
  /** Logits are divided by this before the softmax, so that probabilities are calibrated. */
  temperature: z.number().positive(),
  thresholds: z.strictObject({
    /** A top probability under this is LOW_CONFIDENCE. */
    lowConfidence: z.number().min(0).max(1),
  }),
  trainedOnRows: z.number().int().nonnegative(),
  datasetSha256: sha256,
  metrics: modelMetricsSchema,
  training: z.strictObject({ seed: z.number().int(), epochs: z.number().int().positive(), backend: z.string() }),
});

export type Manifest = z.infer<typeof manifestSchema>;
