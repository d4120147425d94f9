import * as z from "zod";
import { excerpt } from "../contract/excerpt.js";
import {
  EMOTIONS,
  type Emotion,
  type ExplainRequest,
  isEmotion,
  MAX_INSTANCES,
  MAX_TEXT_CODE_POINTS,
  type PredictRequest,
  type PromoteRequest,
  textProblem,
} from "../contract/index.js";
import { problemsOf } from "./schema-problems.js";
import { ServiceError } from "./service-error.js";

const LIMITS = `Trimmed of white space, it has 1 to ${MAX_TEXT_CODE_POINTS} Unicode code points; NUL and lone surrogates are refused.`;

/** What `:predict` takes, as the service's description has it. */
export const predictRequestSchema = z.object({
  instances: z.array(z.string().describe(LIMITS)).min(1).max(MAX_INSTANCES).describe("The texts."),
});

/** What `:explain` takes, as the service's description has it. */
export const explainRequestSchema = z.object({
  instance: z.string().describe(`The text. ${LIMITS}`),
  emotion: z
    .enum(EMOTIONS)
    .optional()
    .describe("What to explain the text's probability of; left out, it is the emotion that the text is classified as."),
});

/** What `:promote` takes. */
export const promoteRequestSchema = z.strictObject({
  version: z.string().min(1).max(64).describe("The name of the version that is to serve."),
  actor: z
    .string()
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,300}$/u, "1 to 300 characters in one line")
    .describe("Who promotes, for the history of promotions."),
  force: z.boolean().optional().describe("Accept a version that measured worse than the one that serves."),
});

/**
 * The texts that a predict request asks about.
 * @param body the JSON value that was sent
 * @throws ServiceError 400 when it has another shape, or a text cannot be classified: then with its index
 */
export function readPredictRequest(body: unknown): PredictRequest {
  const instances = (body as Partial<PredictRequest> | null)?.instances as unknown;
  if (!Array.isArray(instances)) throw invalid('Send an object with an array of texts: {"instances": ["text", …]}.');
  if (instances.length === 0 || instances.length > MAX_INSTANCES) {
    throw invalid(`"instances" has ${instances.length} texts; send 1 to ${MAX_INSTANCES}.`);
  }
  instances.forEach((value, index) => {
    checkText(value, `instances[${index}]`, index);
  });
  return { instances };
}

/**
 * The text that an explain request asks about, and the emotion if it names one.
 * @throws ServiceError 400 when the body has another shape, the text cannot be classified or the emotion is unknown
 */
export function readExplainRequest(body: unknown): ExplainRequest {
  const { instance, emotion } = (body ?? {}) as Record<keyof ExplainRequest, unknown>;
  if (instance === undefined) throw invalid('Send an object with a text: {"instance": "text"}.');
  checkText(instance, '"instance"');
  return { instance: instance as string, ...(emotion !== undefined && { emotion: knownEmotion(emotion) }) };
}

/**
 * Which version a promote request wants to serve.
 * @throws ServiceError 400 when the body has another shape
 */
export function readPromoteRequest(body: unknown): PromoteRequest {
  const parsed = promoteRequestSchema.safeParse(body);
  if (!parsed.success) throw invalid(`Send {"version": "…", "actor": "…"}. ${problemsOf(parsed.error)}.`);
  const { force = false, ...request } = parsed.data;
  return { ...request, force };
}

function knownEmotion(value: unknown): Emotion {
  if (isEmotion(value)) return value;
  const sent = excerpt(JSON.stringify(value));
  throw invalid(`"emotion" is ${sent}. Send one of ${EMOTIONS.join(", ")}, or leave it out.`);
}

function checkText(value: unknown, name: string, index?: number): void {
  if (typeof value !== "string") throw invalid(`${name} is not a text. Send a JSON string.`, index);
  const problem = textProblem(value);
  if (problem !== undefined) throw invalid(`${name}: ${problem}`, index);
}

function invalid(message: string, instance?: number): ServiceError {
  return new ServiceError(400, {
    code: "INVALID_REQUEST",
    message,
    ...(instance !== undefined && { instance }),
  });
}
