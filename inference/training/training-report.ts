import type { DatasetFile } from "./dataset-file.js";
import type { DroppedRow } from "./leak-check.js";
import type { Evaluation } from "./metrics.js";
import type { ProbeResults } from "./probes.js";
import type { WorstError } from "./worst-errors.js";

/** How far training was after an epoch. */
export interface LearningPoint {
  epoch: number;
  loss: number;
  /** The share of held-out rows that were right, 0 to 1. */
  heldOutAccuracy: number;
}

/** How many rows were left out because they are measured with, too. */
export interface DroppedSummary {
  sameText: number;
  nearlyTheSame: number;
}

/** All that a report says of a version; it can be written as JSON as it is (NaN becomes null there). */
export interface TrainingReport {
  version: string;
  /** When the version was made (ISO 8601, UTC). */
  createdAt: string;
  evaluation: Evaluation;
  learningCurve?: LearningPoint[];
  /** What training did, one after the other. */
  stages?: string[];
  /** Another version, measured with the same rows. */
  comparedWith?: { version: string; evaluation: Evaluation };
  dropped?: DroppedSummary;
  /** Holds texts of the data: leave it out of a report that goes where the data may not. */
  worstErrors?: WorstError[];
  probes?: ProbeResults;
  /** The files that the version was measured with, or learned from. */
  data: DatasetFile[];
}

/** Counts what a leak check left out. */
export function droppedSummary(dropped: readonly DroppedRow[]): DroppedSummary {
  const sameText = dropped.filter(({ reason }) => reason === "same text").length;
  return { sameText, nearlyTheSame: dropped.length - sameText };
}
