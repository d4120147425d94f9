import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { type VersionContent, versionName } from "../src/publish.js";
import type { TokenizerOptions } from "../src/tokenizer.js";
import type { TokenizerFile } from "../src/tokenizer-file.js";
import { reportHtml } from "./html-report.js";
import { modelCard } from "./model-card.js";
import { gateParameterCount } from "./neutral-gate.js";
import type { TrainedNetwork } from "./trained-network.js";
import { droppedSummary, type TrainingReport } from "./training-report.js";
import type { TrainingOutcome, TrainingRequest } from "./training-request.js";
import { parameterCount } from "./weights.js";
import type { WorstError } from "./worst-errors.js";

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
    tokenizer: tokenizerFile(trained.tokenizer.options),
    description,
    report: reportHtml(trainingReport(version, source.outcome)),
    card: modelCard({ ...source, version, description }),
  };
}

/**
 * What there is to say of a training.
 * @param worst holds texts of the data; left out of the report that goes with the version
 */
export function trainingReport(version: string, outcome: TrainingOutcome, worst?: WorstError[]): TrainingReport {
  const { evaluation, probes, curve, parent, leftOut, files, corpora } = outcome;
  return {
    version,
    createdAt: new Date().toISOString(),
    evaluation,
    probes,
    learningCurve: curve,
    ...(corpora.length > 0 && {
      stages: ["pretraining", "fine-tuning", "gate for neutral texts", "calibration"],
    }),
    ...(parent && { comparedWith: parent }),
    dropped: droppedSummary(leftOut.leaked),
    ...(worst && { worstErrors: worst }),
    data: files.map((file) => ({ ...file, file: basename(file.file) })),
  };
}

/** Writes a report as an HTML file, and as JSON beside it. */
export async function writeReport(file: string, report: TrainingReport): Promise<void> {
  await writeFile(file, reportHtml(report));
  await writeFile(`${file.replace(/\.html?$/i, "")}.json`, `${JSON.stringify(report, null, 2)}\n`);
}

function tokenizerFile({ words, maxTokens, ngramBuckets, lexicon, repairTypos }: TokenizerOptions): TokenizerFile {
  const copied = lexicon && { positive: [...lexicon.positive], negative: [...lexicon.negative] };
  return { words: [...words], maxTokens, ngramBuckets, lexicon: copied, repairTypos };
}

function describe({ request, trained, outcome }: VersionSource): VersionContent["description"] {
  const { accuracy, macroF1, expectedCalibrationError, testRows, confusion } = outcome.evaluation;
  const { recipeName, seed } = request;
  const { network, gate, calibration } = trained;
  return {
    createdAt: new Date().toISOString(),
    parameters: parameterCount(network.size) + (gate ? gateParameterCount(network.size) : 0),
    temperature: calibration.temperature,
    thresholds: { lowConfidence: calibration.lowConfidence, neutral: calibration.neutral },
    trainedOnRows: outcome.split.training.length,
    datasetSha256: outcome.datasetSha256,
    testSha256: outcome.testSha256,
    metrics: { accuracy, macroF1, expectedCalibrationError, testRows, confusion },
    training: {
      seed,
      epochs: trained.epochs,
      backend: outcome.backend,
      recipe: recipeName,
      parent: outcome.parent?.version ?? null,
    },
  };
}
