import { EMOTIONS } from "./emotion.js";
import type { Emotion, PredictionStatus } from "./prediction.js";

/** How many judged predictions were predicted as one emotion and verified as one. */
export interface ConfusionCell {
  predicted: Emotion;
  verified: Emotion;
  count: number;
}

/** How the model did with one emotion, as far as people judged it. */
export interface ClassMeasures {
  emotion: Emotion;
  /** Judged predictions that were predicted, or verified, as this emotion, and both. */
  predicted: number;
  verified: number;
  both: number;
  /** Of those predicted as it, the share verified as it; null where there are none. */
  precision: number | null;
  /** Of those verified as it, the share predicted as it; null where there are none. */
  recall: number | null;
}

/** A judged prediction, as the diagrams need it. */
export interface JudgedPrediction {
  status: PredictionStatus;
  confidence: number;
  /** ISO 8601; null where nothing holds. */
  verifiedAt?: string | null | undefined;
}

/** A group of judged predictions. */
export interface AgreementGroup {
  count: number;
  agreed: number;
  /** agreed / count */
  share: number;
}

export interface ConfidenceBin extends AgreementGroup {
  /** Confidences from here (included) on. */
  from: number;
  to: number;
  /** Their mean. */
  confidence: number;
}

export interface DayOfAgreement extends AgreementGroup {
  /** Its beginning in the person's time zone, ISO 8601. */
  day: string;
}

const BINS = 10;
/** The 97.5 % quantile of the standard normal distribution. */
const Z = 1.96;

/** How many predictions of one pair of emotions were judged. */
export function countIn(confusion: readonly ConfusionCell[], predicted: Emotion, verified: Emotion): number {
  return confusion.find((cell) => cell.predicted === predicted && cell.verified === verified)?.count ?? 0;
}

/** Precision and recall of each emotion, in the order of the emotions. */
export function classMeasures(confusion: readonly ConfusionCell[]): ClassMeasures[] {
  const sum = (cells: readonly ConfusionCell[]) => cells.reduce((total, { count }) => total + count, 0);
  return EMOTIONS.map((emotion) => {
    const predicted = sum(confusion.filter((cell) => cell.predicted === emotion));
    const verified = sum(confusion.filter((cell) => cell.verified === emotion));
    const both = countIn(confusion, emotion, emotion);
    const share = (of: number) => (of > 0 ? both / of : null);
    return { emotion, predicted, verified, both, precision: share(predicted), recall: share(verified) };
  });
}

/** Where a share lies that was seen as agreed of count, with 95 % certainty: Wilson's score interval. */
export function interval({ agreed, count }: Pick<AgreementGroup, "agreed" | "count">): { low: number; high: number } {
  if (count === 0) return { low: 0, high: 1 };
  const share = agreed / count;
  const spread = Z * Math.sqrt((share * (1 - share)) / count + (Z / (2 * count)) ** 2);
  const scale = 1 + Z ** 2 / count;
  const middle = share + Z ** 2 / (2 * count);
  return { low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) };
}

/** Judged predictions by confidence in ten equal steps; steps without any are left out. */
export function reliability(judged: readonly JudgedPrediction[]): ConfidenceBin[] {
  const bins = Array.from({ length: BINS }, (_, step) => {
    const members = judged.filter(({ confidence }) => Math.min(Math.floor(confidence * BINS), BINS - 1) === step);
    const confidence = members.reduce((sum, each) => sum + each.confidence, 0) / members.length;
    return { from: step / BINS, to: (step + 1) / BINS, confidence, ...agreementOf(members) };
  });
  return bins.filter(({ count }) => count > 0);
}

/** Judged predictions by the day of the decision that holds, the earliest first. */
export function agreementByDay(judged: readonly JudgedPrediction[]): DayOfAgreement[] {
  const days = new Map<string, JudgedPrediction[]>();
  for (const each of judged) {
    if (!each.verifiedAt) continue;
    const day = startOfDay(each.verifiedAt);
    days.set(day, [...(days.get(day) ?? []), each]);
  }
  return [...days]
    .map(([day, members]) => ({ day, ...agreementOf(members) }))
    .sort((one, other) => one.day.localeCompare(other.day));
}

function agreementOf(members: readonly JudgedPrediction[]): AgreementGroup {
  const agreed = members.filter(({ status }) => status === "APPROVED").length;
  return { count: members.length, agreed, share: agreed / members.length };
}

function startOfDay(iso: string): string {
  const date = new Date(iso);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).toISOString();
}
