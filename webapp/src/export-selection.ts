import { EMOTIONS } from "./emotion.js";
import type { Emotion, ExportFilter, FeedbackSummaryQuery, PredictionStatus } from "./generated/graphql.js";
import { type PredictionChoice, timesOfChoice } from "./prediction-choice.js";

/** What an export holds where no status is chosen. */
export const JUDGED: readonly PredictionStatus[] = ["APPROVED", "REVISED"];

type Summary = Pick<FeedbackSummaryQuery["feedbackSummary"], "labels" | "confusion">;

/** How many rows a file would have. */
export interface RowCount {
  readonly rows: number;
  /** Whether it is that many, or at most that many. */
  readonly exact: boolean;
}

/** A choice as an export takes it: its days are those of the judgement. Null where nothing is narrowed. */
export function exportFilterFromChoice(choice: PredictionChoice): ExportFilter | null {
  const { status, emotion, modelVersion } = choice;
  const { after, before } = timesOfChoice(choice);
  const filter: ExportFilter = {
    ...(status.length > 0 && { status: [...status] }),
    ...(emotion.length > 0 && { emotion: [...emotion] }),
    ...(modelVersion !== null && { modelVersion }),
    ...(after !== null && { verifiedAfter: after }),
    ...(before !== null && { verifiedBefore: before }),
  };
  return Object.keys(filter).length > 0 ? filter : null;
}

/** The statuses of the rows that an export of a choice may hold: what nobody judged has no day of its judgement. */
export function exportedStatuses({ status, from, to }: PredictionChoice): readonly PredictionStatus[] {
  const chosen = status.length > 0 ? status : JUDGED;
  return from === null && to === null ? chosen : chosen.filter((each) => each !== "PENDING");
}

/**
 * How many rows an export of a choice would have.
 * @param summary of the chosen model version. It knows statuses and labels exactly, but not days.
 */
export function countRows(choice: PredictionChoice, summary: Summary): RowCount {
  const emotions = choice.emotion.length > 0 ? choice.emotion : EMOTIONS;
  let rows = 0;
  for (const status of exportedStatuses(choice)) {
    for (const emotion of emotions) rows += countLabel(emotion, status, summary);
  }
  return { rows, exact: (choice.from === null && choice.to === null) || rows === 0 };
}

function countLabel(label: Emotion, status: PredictionStatus, { labels, confusion }: Summary): number {
  const verified = confusion.filter((cell) => cell.verified === label);
  const judged = sum(verified);
  const approved = sum(verified.filter(({ predicted }) => predicted === label));
  if (status === "APPROVED") return approved;
  if (status === "REVISED") return judged - approved;
  return sum(labels.filter(({ emotion }) => emotion === label)) - judged;
}

function sum(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
