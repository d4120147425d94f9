import { join, resolve } from "node:path";
import * as z from "zod";
import { ENGINES, type EngineChoice } from "./engine-choice.js";
import { versionNameSchema } from "./manifest.js";

/** What the inference service is told by its environment. */
export interface Config {
  /** The address to listen on. */
  readonly host: string;
  /** The port to listen on; 0 takes any free one. */
  readonly port: number;
  /** The registry folder that versions are published to; it need not exist. */
  readonly modelsFolder: string;
  /** The bucket that the registry folder is kept like; undefined: the folder is all there is. */
  readonly modelsBucket: string | undefined;
  /** The address of an S3 that is not AWS. */
  readonly s3: string | undefined;
  /** The version to serve in place of the one that the alias `serving` names. */
  readonly modelVersion: string | undefined;
  /** What is to compute the network. */
  readonly engine: EngineChoice;
  /** The most bytes that the body of a request may have. */
  readonly maxBodyBytes: number;
  /** The most texts that may wait for their classification at a time. */
  readonly maxQueue: number;
  /** How long a request may take from its last byte to its answer, in milliseconds. */
  readonly deadlineMs: number;
  /** How long a client may take to send a whole request, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** The least important lines that the log still takes, by pino's names. */
  readonly logLevel: string;
}

/** A variable of the environment that the service cannot work with; the message says what it should be. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

const MIB = 2 ** 20;

function wholeNumber(min: number, max: number, preset: number) {
  const message = `a whole number from ${min} to ${max}`;
  return z.coerce.number({ message }).int({ message }).min(min, { message }).max(max, { message }).default(preset);
}

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

const environmentSchema = z.object({
  HOST: z.string().default("127.0.0.1"),
  PORT: wholeNumber(0, 65_535, 4001),
  SENTILOOP_DATA: z.string().default("data"),
  SENTILOOP_MODELS: z.string().optional(),
  SENTILOOP_MODELS_BUCKET: z.string().optional(),
  SENTILOOP_S3: z.url({ protocol: /^https?$/, message: "the address of an S3 endpoint" }).optional(),
  EMOTION_MODEL: versionNameSchema.optional(),
  EMOTION_ENGINE: z.enum(ENGINES, { message: `one of ${ENGINES.join(", ")}` }).default("onnx"),
  // 128 texts of 5,000 code points, each escaped in JSON as two \uXXXX units, are 7.7 million bytes.
  INFERENCE_MAX_BODY_BYTES: wholeNumber(1024, 64 * MIB, 8 * MIB),
  INFERENCE_REQUEST_TIMEOUT_MS: wholeNumber(100, 600_000, 30_000),
  // Sixteen of the largest requests: with texts of usual length they are done within a second or two.
  INFERENCE_MAX_QUEUE: wholeNumber(1, 1_000_000, 2048),
  INFERENCE_DEADLINE_MS: wholeNumber(10, 600_000, 10_000),
  LOG_LEVEL: z.enum(LOG_LEVELS, { message: `one of ${LOG_LEVELS.join(", ")}` }).default("info"),
});

/**
 * Reads the service's configuration from the environment. A variable that is empty counts as not set.
 * @throws ConfigError naming each variable that is wrong, its value and what was expected
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = environmentSchema.safeParse(set);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path: [name], message }) => {
      return `${String(name)} must be ${message}, but is "${set[String(name)]}".`;
    });
    throw new ConfigError([...new Set(problems)].join(" "));
  }
  const { data } = parsed;
  return Object.freeze({
    host: data.HOST,
    port: data.PORT,
    modelsFolder: resolve(data.SENTILOOP_MODELS ?? join(data.SENTILOOP_DATA, "models")),
    modelsBucket: data.SENTILOOP_MODELS_BUCKET,
    s3: data.SENTILOOP_S3,
    modelVersion: data.EMOTION_MODEL,
    engine: data.EMOTION_ENGINE,
    maxBodyBytes: data.INFERENCE_MAX_BODY_BYTES,
    maxQueue: data.INFERENCE_MAX_QUEUE,
    deadlineMs: data.INFERENCE_DEADLINE_MS,
    requestTimeoutMs: data.INFERENCE_REQUEST_TIMEOUT_MS,
    logLevel: data.LOG_LEVEL,
  });
}

/** What a training on AWS is told by its environment. */
export interface TrainingTaskConfig {
  /** Where to work. */
  readonly dataFolder: string;
  readonly modelsFolder: string;
  readonly modelsBucket: string;
  readonly exportBucket: string;
  readonly s3: string | undefined;
}

/** @throws ConfigError when a bucket is not named */
export function readTrainingTaskConfig(environment: Readonly<Record<string, string | undefined>>): TrainingTaskConfig {
  const { modelsFolder, modelsBucket, s3 } = readConfig(environment);
  const exportBucket = environment.SENTILOOP_EXPORT_BUCKET;
  if (!modelsBucket) throw new ConfigError("SENTILOOP_MODELS_BUCKET must name the bucket of models.");
  if (!exportBucket) throw new ConfigError("SENTILOOP_EXPORT_BUCKET must name the bucket of exports.");
  const dataFolder = resolve(environment.SENTILOOP_DATA || "data");
  return Object.freeze({ dataFolder, modelsFolder, modelsBucket, exportBucket, s3 });
}
