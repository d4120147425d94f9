import { modelCard } from "./model-card.js";
import { type VersionContent, versionName } from "./publish.js";
import type { TrainedNetwork } from "./trained-network.js";
import type { TrainingOutcome, TrainingRequest } from "./training-request.js";
import { parameterCount } from "./weights.js";

/** All that a version's files say of how it was made. */
export interface VersionSource {
  request: TrainingRequest;
  trained: TrainedNetwork;
  /** The bytes of model.onnx. */
  network: Uint8Array;
  outcome: TrainingOutcome;
}

/** The content of a version's files. */
export function versionContent(source: VersionSource): VersionContent {
  const { trained, network } = source;
  const description = describe(source);
  const version = versionName(description.createdAt, network);
  return {
    network,
    vocabulary: trained.vocabulary,
    description,
    card: modelCard({ ...source, version, description }),
  };
}

function describe({ request, trained, outcome }: VersionSource): VersionContent["description"] {
  const { accuracy, macroF1, expectedCalibrationError, testRows } = outcome.evaluation;
  const { recipe, seed } = request;
  return {
    createdAt: new Date().toISOString(),
    maxTokens: recipe.maxTokens,
    ngramBuckets: recipe.ngramBuckets,
    parameters: parameterCount(trained.network.size),
    temperature: trained.calibration.temperature,
    thresholds: { lowConfidence: trained.calibration.lowConfidence },
    trainedOnRows: outcome.split.training.length,
    datasetSha256: outcome.datasetSha256,
    metrics: { accuracy, macroF1, expectedCalibrationError, testRows },
    training: { seed, epochs: recipe.epochs, backend: outcome.backend },
  };
}
