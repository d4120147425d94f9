import { GraphQLError } from "graphql";
import type { ModelStateFragment } from "../../webapp/src/generated/graphql.js";
import type { PredictionServer } from "./prediction-server.js";

type Model = ModelStateFragment;

/** A model version; the later its number, the later it was published. */
export function modelVersion(number: number, accuracy: number, changes: Partial<Model> = {}): Model {
  return {
    version: `2026010${number}-abc${number}`,
    serving: false,
    createdAt: `2026-01-0${number}T10:00:00.000Z`,
    trainedOnRows: 5594,
    datasetSha256: String(number).repeat(64),
    parameters: 1_278_132,
    metrics: {
      accuracy,
      macroF1: accuracy,
      expectedCalibrationError: 0.0476,
      testRows: 719,
      confusion: [
        { predicted: "JOY", verified: "JOY", count: 91 },
        { predicted: "JOY", verified: "GUILT", count: 4 },
      ],
    },
    ...changes,
  };
}

/** Lets a server have model versions and promote them; `promote` is what another program would do. */
export function serveModels(
  server: PredictionServer,
  models: Model[],
): { promote(version: string): Model; add(model: Model): void } {
  const promote = (version: string): Model => {
    const wanted = models.find((model) => model.version === version);
    if (!wanted) throw new GraphQLError(`There is no model ${version}.`, { extensions: { code: "NOT_FOUND" } });
    for (const model of models) model.serving = model === wanted;
    return wanted;
  };
  server.resolvers = {
    ...server.resolvers,
    models: () => models,
    promoteModel: ({ version }: { version: string }) => promote(version),
  };
  return { promote, add: (model) => models.push(model) };
}
