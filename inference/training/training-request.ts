import type { CrossValidation } from "./cross-validation.js";
import type { DatasetFile } from "./dataset-file.js";
import type { JudgedRows } from "./judged-rows.js";
import type { DroppedRow } from "./leak-check.js";
import type { Evaluation } from "./metrics.js";
import type { ProbeResults } from "./probes.js";
import type { Split } from "./split.js";
import type { LearningCurvePoint, TrainNetworkOptions } from "./trained-network.js";

/** What to train on, and where the version goes. */
export interface TrainingRequest extends Omit<TrainNetworkOptions, "corpora" | "parent" | "workshop"> {
  /** What the recipe is called. */
  recipeName: "plain" | "starter";
  /** CSV files to learn from, or folders with the ISEAR study. */
  data: string[];
  /** A CSV file to measure with; without it a tenth of the texts is held out. */
  test?: string | undefined;
  /** A folder with other corpora to learn from first. */
  corpora?: string | undefined;
  /** The folder of a version to go on from. */
  parent?: string | undefined;
  /** A stage to stop after; the same request without it goes on from there. */
  until?: string | undefined;
  /** An HTML file for the report, with the worst errors and so with texts of the data; the same as JSON goes beside it. */
  report?: string | undefined;
  /** The registry folder that the version is published to. */
  registry: string;
  /** Markdown about the data, for the model card. */
  dataCard?: string | undefined;
}

/** What was left out of the data, and why. */
export interface LeftOut extends Pick<JudgedRows, "pending" | "duplicates" | "outvoted"> {
  /** Rows that are, or nearly are, in the test file. */
  leaked: DroppedRow[];
  /** Texts of other corpora that are. */
  leakedCorpusTexts: number;
}

/** What came of a training. */
export interface TrainingOutcome {
  evaluation: Evaluation;
  /** How it did on the built-in probes. */
  probes: ProbeResults;
  split: Split;
  files: DatasetFile[];
  leftOut: LeftOut;
  curve: LearningCurvePoint[];
  /** What came of the cross-validation; null without one. */
  crossValidation: CrossValidation | null;
  /** Of the bytes of the CSV files. */
  datasetSha256: string;
  /** Of the test file; null when a share of the rows was held out. */
  testSha256: string | null;
  /** Texts learned from, by corpus. */
  corpora: { name: string; texts: number }[];
  /** The version that was gone on from. */
  parent: { version: string; evaluation: Evaluation } | null;
  /** What TensorFlow.js computed with. */
  backend: string;
  /** What training took, in seconds. */
  seconds: number;
}
