import type { Evaluation } from "./metrics.js";
import type { Split } from "./split.js";
import type { TrainNetworkOptions } from "./trained-network.js";

/** What to train on, and where the version goes. */
export interface TrainingRequest extends TrainNetworkOptions {
  /** CSV files to learn from. */
  data: string[];
  /** A CSV file to measure with; without it a tenth of the texts is held out. */
  test?: string | undefined;
  /** The registry folder that the version is published to. */
  registry: string;
  /** Markdown about the data, for the model card. */
  dataCard?: string | undefined;
}

/** What came of a training. */
export interface TrainingOutcome {
  evaluation: Evaluation;
  split: Split;
  /** Of the bytes of the CSV files. */
  datasetSha256: string;
  /** What TensorFlow.js computed with. */
  backend: string;
  /** What training took, in seconds. */
  seconds: number;
}
