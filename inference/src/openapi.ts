import * as z from "zod";
import {
  explainResponseSchema,
  modelsResponseSchema,
  predictResponseSchema,
  promoteResponseSchema,
  readinessSchema,
} from "../contract/index.js";
import { explainRequestSchema, predictRequestSchema, promoteRequestSchema } from "./requests.js";
import { errorResponseSchema } from "./service-error.js";

function json(description: string, schema: z.ZodType) {
  const { $schema: _, ...inlined } = z.toJSONSchema(schema);
  return { description, content: { "application/json": { schema: inlined } } };
}

function error(description: string) {
  return json(description, errorResponseSchema);
}

const internal = { "500": error("The service failed; the log has the cause under the request id.") };

const bodyRefusals = {
  "413": error("The body is too large; the connection is closed."),
  "415": error("The body is not sent as application/json."),
};

const workRefusals = {
  "429": error("Too many texts wait; the header Retry-After says after how many seconds to try again."),
  "503": error("The service is shutting down."),
  "504": error("The classification took too long and was given up."),
};

const predict = {
  operationId: "predict",
  summary: "Classifies 1 or more texts.",
  description: "One prediction a text, in the order sent. The shape is that of TensorFlow Serving's REST API.",
  requestBody: { required: true, ...json("The texts to classify.", predictRequestSchema) },
  responses: {
    "200": json("What the model says of each text: probabilities are calibrated and sum to 1.", predictResponseSchema),
    "400": error("The body is not UTF-8, not JSON or has another shape, or a text is refused: then with its index."),
    ...bodyRefusals,
    ...workRefusals,
    ...internal,
  },
};

const explain = {
  operationId: "explain",
  summary: "Says how much each token of a text speaks for its emotion, or for another one.",
  description:
    "A token's weight is by how much the emotion's probability drops when the token is hidden. In a long text, neighbouring tokens are hidden together and share the drop evenly.",
  requestBody: { required: true, ...json("The text to explain.", explainRequestSchema) },
  responses: {
    "200": json("The tokens in the order of the text, with their places in it as typed.", explainResponseSchema),
    "400": error(
      "The body is not UTF-8, not JSON or has another shape, the text is refused, or the emotion is unknown.",
    ),
    ...bodyRefusals,
    ...workRefusals,
    ...internal,
  },
};

const promote = {
  operationId: "promote",
  summary: "Lets another model version serve.",
  description: "The version is checked whole before. When this answers 200, this service serves it already.",
  requestBody: { required: true, ...json("Which version, and who wants it.", promoteRequestSchema) },
  responses: {
    "200": json("It serves.", promoteResponseSchema),
    "400": error("The body is not UTF-8, not JSON or has another shape."),
    "404": error("There is no such version."),
    "409": error("The version is not in order, or worse on the same test rows; what served before serves on."),
    ...bodyRefusals,
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
    "/v1/models/emotion:explain": { post: explain },
    "/v1/models/emotion:promote": { post: promote },
    "/v1/models/emotion": { get: describeModels },
    "/livez": { get: live },
    "/readyz": { get: ready },
    "/metrics": { get: metrics },
    "/openapi.json": { get: openApi },
  },
};
