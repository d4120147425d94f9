import "reflect-metadata";
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from "graphql";
import { GraphQLDateTime } from "graphql-scalars";
import type { Logger } from "pino";
import { buildSchemaSync } from "type-graphql";
import { authorized } from "./authorization.js";
import type { Classifier } from "./classifier.js";
import { DatasetExportResolver } from "./dataset-export.resolver.js";
import { type ResolverContainer, resolvedDirectly } from "./direct-resolvers.js";
import { ExplanationResolver } from "./explanation.resolver.js";
import { ExplanationService } from "./explanation-service.js";
import type { ExportService } from "./export-service.js";
import { FeedbackResolver } from "./feedback.resolver.js";
import { FeedbackService } from "./feedback-service.js";
import type { IdempotencyStore } from "./idempotency-store.js";
import { ModelResolver } from "./model.resolver.js";
import { observed } from "./observed-fields.js";
import { PredictionResolver } from "./prediction.resolver.js";
import { PredictionService } from "./prediction-service.js";
import type { PredictionStore } from "./prediction-store.js";

/** What the schema's resolvers work with. */
export interface SchemaParts {
  classifier: Classifier;
  predictions: PredictionStore;
  idempotency: IdempotencyStore;
  exports: ExportService;
  log: Logger;
}

/** The executable schema over these parts. */
export function createSchema({ classifier, predictions, idempotency, exports, log }: SchemaParts): GraphQLSchema {
  const resolvers = new Map<unknown, object>([
    [
      PredictionResolver,
      new PredictionResolver(new PredictionService(classifier, predictions, idempotency, log), predictions),
    ],
    [FeedbackResolver, new FeedbackResolver(new FeedbackService(predictions), predictions)],
    [DatasetExportResolver, new DatasetExportResolver(exports)],
    [ModelResolver, new ModelResolver(classifier)],
    [ExplanationResolver, new ExplanationResolver(new ExplanationService(classifier))],
  ]);
  return buildSchema({ get: (resolver: unknown) => resolvers.get(resolver) });
}

/** The schema as schema.graphql holds it. */
export function printedSchema(schema = buildSchema({ get: () => undefined })): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}

function buildSchema(container: ResolverContainer): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [PredictionResolver, FeedbackResolver, DatasetExportResolver, ModelResolver, ExplanationResolver],
    container,
    scalarsMap: [{ type: Date, scalar: GraphQLDateTime }],
    validate: false,
    // It would run an introspection query at every start, which costs more than building the schema; tests check it.
    skipCheck: true,
  });
  return observed(authorized(resolvedDirectly(schema, container)));
}
