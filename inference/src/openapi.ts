import { z } from "zod";
import {
  MAX_INSTANCES,
  MAX_TEXT_CODE_POINTS,
  modelsResponseSchema,
  predictResponseSchema,
  readinessSchema,
} from "../contract/index.js";
import { errorResponseSchema } from "./service-error.js";

const predictRequestSchema = z.object({
  instances: z
    .array(z.string())
    .min(1)
    .max(MAX_INSTANCES)
    .describe(
      `The texts. Trimmed of white space, each has 1 to ${MAX_TEXT_CODE_POINTS} Unicode code points; NUL and lone surrogates are refused.`,
    ),
});

function json(description: string, schema: z.ZodType) {
  const { $schema: _, ...inlined } = z.toJSONSchema(schema);
  return { description, content: { "application/json": { schema: inlined } } };
}

function error(description: string) {
  return json(description, errorResponseSchema);
}

const internal = { "500": error("The service failed; the log has the cause under the request id.") };

const predict = {
  operationId: "predict",
  summary: "Classifies 1 or more texts.",
  description: "One prediction a text, in the order sent. The shape is that of TensorFlow Serving's REST API.",
  requestBody: { required: true, ...json("The texts to classify.", predictRequestSchema) },
  responses: {
    "200": json("What the model says of each text: probabilities are calibrated and sum to 1.", predictResponseSchema),
    "400": error("The body is not UTF-8, not JSON or has another shape, or a text is refused: then with its index."),
    "413": error("The body is too large; the connection is closed."),
    "415": error("The body is not sent as application/json."),
    "503": error("The service is shutting down."),
    ...internal,
  },
};

const describeModels = {
  operationId: "describeModels",
  summary: "Lists every model version, and which one serves.",
  responses: { "200": json("The versions, by name.", modelsResponseSchema), ...internal },
};

const live = {
  operationId: "live",
  summary: "Whether the process answers at all.",
  responses: { "200": json("It does.", z.object({ status: z.literal("live") })) },
};

const ready = {
  operationId: "ready",
  summary: "Whether the service takes requests, with which model version and engine.",
  responses: { "200": json("It does.", readinessSchema), "503": json("It is shutting down.", readinessSchema) },
};

const metrics = {
  operationId: "metrics",
  summary: "What the service counts, for Prometheus.",
  responses: {
    "200": { description: "The metrics.", content: { "text/plain": { schema: { type: "string" } } } },
    ...internal,
  },
};

const openApi = {
  operationId: "openApi",
  summary: "This document.",
  responses: {
    "200": { description: "OpenAPI 3.1.", content: { "application/json": { schema: { type: "object" } } } },
  },
};

/** The service described for programs: OpenAPI 3.1, with the schemas that the code itself goes by. */
export const OPENAPI_DOCUMENT = {
  openapi: "3.1.0",
  info: {
    title: "Sentiloop inference service",
    version: "1",
    description: "Says which of seven emotions a text carries. Every other path answers 404, every other method 405.",
    license: { name: "Apache-2.0", identifier: "Apache-2.0" },
  },
  paths: {
    "/v1/models/emotion:predict": { post: predict },
    "/v1/models/emotion": { get: describeModels },
    "/livez": { get: live },
    "/readyz": { get: ready },
    "/metrics": { get: metrics },
    "/openapi.json": { get: openApi },
  },
};
