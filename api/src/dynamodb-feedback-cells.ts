import type { Emotion } from "@sentiloop/inference/contract";
import type { FeedbackEpoch } from "./dynamodb-feedback-epochs.js";

/** How many predictions are in each cell of a feedback summary, by the cell's name. */
export type FeedbackCells = Map<string, number>;

/** The name of a cell, which also is that of a counter's attribute: predicted, and verified unless PENDING. */
export function cell(predicted: Emotion, verified: Emotion | null): string {
  return `${predicted}>${verified ?? ""}`;
}

export function addTo(cells: FeedbackCells, name: string, count: number): void {
  cells.set(name, (cells.get(name) ?? 0) + count);
}

/** The scopes that are counted: all model versions together, and each alone. */
export const ALL_VERSIONS = "all";
export const ofVersion = (modelVersion: string) => `version#${modelVersion}`;

export const COUNTER_PREFIX = "feedback-counts#";

/** The key of one of a scope's counters: `part` is "base" or the number of a shard. */
export function counterKey({ name }: FeedbackEpoch, scope: string, part: string): string {
  return `${COUNTER_PREFIX}${name}#${part}#${scope}`;
}
