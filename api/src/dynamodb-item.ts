import { createHash } from "node:crypto";
import type { DatasetRow, Emotion, PredictionStatus, UncertaintyReason } from "@sentiloop/inference/contract";
import { LISTING_SHARDS } from "./dynamodb-tables.js";
import type { FeedbackAction } from "./enums.js";
import { FeedbackEvent } from "./feedback.js";
import { Prediction } from "./prediction.js";

/** A prediction as DynamoDB holds it. It never leaves the DynamoDB adapter. */
export interface PredictionItem {
  id: string;
  shard: number;
  text: string;
  emotion: Emotion;
  probabilities: Record<Emotion, number>;
  uncertaintyReasons: UncertaintyReason[];
  /** Absent in items that were stored before it was known. */
  truncated?: boolean | undefined;
  modelVersion: string;
  createdAt: string;
  version: number;
  history: EventItem[];
  /** Follow from the history; kept beside it so that filters and exports need not read it. */
  status: PredictionStatus;
  label: Emotion;
  verifiedEmotion?: Emotion | undefined;
  verifiedAt?: string | undefined;
  verifiedBy?: string | undefined;
}

interface EventItem {
  id: string;
  version: number;
  action: FeedbackAction;
  emotion: Emotion | null;
  actor: string;
  at: string;
}

/** What of an item follows from its history. */
export type VerifiedState = Pick<PredictionItem, "status" | "label" | "verifiedEmotion" | "verifiedAt" | "verifiedBy">;

export function verifiedState(prediction: Prediction): VerifiedState {
  return {
    status: prediction.status,
    label: prediction.label,
    verifiedEmotion: prediction.verifiedEmotion ?? undefined,
    verifiedAt: prediction.verifiedAt?.toISOString(),
    verifiedBy: prediction.verifiedBy ?? undefined,
  };
}

export function eventItem(event: FeedbackEvent): EventItem {
  return { ...event, at: event.at.toISOString() };
}

export function toItem(prediction: Prediction): PredictionItem {
  return {
    id: prediction.id,
    shard: listingShard(prediction.id),
    text: prediction.text,
    emotion: prediction.emotion,
    probabilities: prediction.probabilityOf,
    uncertaintyReasons: [...prediction.uncertaintyReasons],
    truncated: prediction.truncated,
    modelVersion: prediction.modelVersion,
    createdAt: prediction.createdAt.toISOString(),
    version: prediction.version,
    history: prediction.history.map(eventItem),
    ...verifiedState(prediction),
  };
}

export function fromItem(item: PredictionItem): Prediction {
  const { emotion, probabilities, uncertaintyReasons, truncated = false } = item;
  const uncertain = uncertaintyReasons.length > 0;
  return new Prediction({
    id: item.id,
    text: item.text,
    classification: { emotion, probabilities, uncertain, uncertaintyReasons, truncated },
    modelVersion: item.modelVersion,
    createdAt: new Date(item.createdAt),
    history: item.history.map((event) => new FeedbackEvent({ ...event, at: new Date(event.at) })),
  });
}

/** An item without its history as a row of a dataset. */
export function toDatasetRow(
  item: Omit<PredictionItem, "history" | "shard" | "uncertaintyReasons" | "truncated" | "verifiedEmotion">,
): DatasetRow {
  return {
    id: item.id,
    text: item.text,
    emotion: item.label,
    predictedEmotion: item.emotion,
    status: item.status,
    confidence: item.probabilities[item.emotion],
    probabilities: item.probabilities,
    modelVersion: item.modelVersion,
    version: item.version,
    actor: item.verifiedBy ?? null,
    createdAt: item.createdAt,
    verifiedAt: item.verifiedAt ?? null,
  };
}

/** Ids made in one millisecond may differ in their last digits only, so they are spread by a hash. */
function listingShard(id: string): number {
  return createHash("sha256").update(id).digest().readUInt32BE(0) % LISTING_SHARDS;
}
