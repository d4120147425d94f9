import * as z from "zod";
import { EMOTIONS, modelMetricsSchema } from "../contract/index.js";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 in lower-case hex");
const probability = z.number().min(0).max(1);

/** The name of the file that describes a version folder. */
export const MANIFEST_FILE = "manifest.json";

/** The version of the layout of version folders that this code reads and writes. */
export const FORMAT_VERSION = 2;

type Literals<Values extends readonly string[]> = { [Index in keyof Values]: z.ZodLiteral<Values[Index]> };

const labels = z.tuple(EMOTIONS.map((emotion) => z.literal(emotion)) as unknown as Literals<typeof EMOTIONS>);

/** How a model version may be called: as a name of a folder it can never lead out of the registry. */
export const versionNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "1 to 64 letters, digits, dots, dashes or underscores");

/**
 * What a version folder says of itself. `files` holds the SHA-256 of every other file in the folder that
 * the service reads; a folder in which one of them is off is refused whole.
 */
export const manifestSchema = z.strictObject({
  formatVersion: z.literal(FORMAT_VERSION, { error: `must be ${FORMAT_VERSION}, the only one that is read here` }),
  version: versionNameSchema,
  createdAt: z.iso.datetime(),
  labels,
  files: z.strictObject({
    "model.onnx": sha256,
    "tokenizer.json": sha256,
    "MODEL_CARD.md": sha256,
    "report.html": sha256.optional(),
  }),
  parameters: z.number().int().positive(),
  /** Logits are divided by this before the softmax, so that probabilities are calibrated. */
  temperature: z.number().positive(),
  thresholds: z.strictObject({
    /** A top probability under this is LOW_CONFIDENCE. */
    lowConfidence: probability,
    /** A probability of carrying no emotion of this or more is NEUTRAL_TEXT; null when the network does not give it. */
    neutral: probability.nullable(),
  }),
  trainedOnRows: z.number().int().nonnegative(),
  datasetSha256: sha256,
  /** Of the file that the metrics were measured with; null when a share of the training file's rows was held out. */
  testSha256: sha256.nullable(),
  metrics: modelMetricsSchema,
  training: z.strictObject({
    seed: z.number().int(),
    epochs: z.number().int().positive(),
    backend: z.string(),
    /** Which of the ways to train was taken. */
    recipe: z.string(),
    /** The version from which the training went on; null when it began from nothing. */
    parent: versionNameSchema.nullable(),
  }),
});

export type Manifest = z.infer<typeof manifestSchema>;
