import { createHash } from "node:crypto";
import type { DatasetRow, Emotion, PredictionStatus, UncertaintyReason } from "@sentiloop/inference/contract";
import { decodeTime } from "ulid";
import { LISTING_SHARDS } from "./dynamodb-tables.js";
import type { FeedbackAction } from "./enums.js";
import { FeedbackEvent } from "./feedback.js";
import { Prediction } from "./prediction.js";
import { textFingerprint } from "./text-fingerprint.js";

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
  /** Names the request that added the item; a ULID, so it tells when. Absent in items of an earlier version. */
  writeId?: string | undefined;
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
  /** Its places in the review queue's indexes, while it is PENDING; see `reviewRanks`. */
  doubtRank?: string | undefined;
  chanceRank?: string | undefined;
}

interface EventItem {
  id: string;
  version: number;
  action: FeedbackAction;
  emotion: Emotion | null;
  actor: string;
  at: string;
}

/** Where a PENDING item stands in the review queue's indexes. */
export type ReviewRanks = Pick<PredictionItem, "doubtRank" | "chanceRank">;

/** What of an item follows from its history. */
export type VerifiedState = Pick<PredictionItem, "status" | "label" | "verifiedEmotion" | "verifiedAt" | "verifiedBy"> &
  ReviewRanks;

export function verifiedState(prediction: Prediction): VerifiedState {
  return {
    status: prediction.status,
    label: prediction.label,
    verifiedEmotion: prediction.verifiedEmotion ?? undefined,
    verifiedAt: prediction.verifiedAt?.toISOString(),
    verifiedBy: prediction.verifiedBy ?? undefined,
    ...(prediction.status === "PENDING" ? reviewRanks(prediction) : { doubtRank: undefined, chanceRank: undefined }),
  };
}

/** The digits of a confidence in a rank; the width must stay the same for strings to sort like numbers. */
const CONFIDENCE_DIGITS = 6;

/**
 * The ranks of a PENDING prediction. By doubt: its confidence, lowest first (least confidence sampling; Lewis
 * and Gale, 1994), then its text's fingerprint, so that copies of a text are neighbours and can be passed over.
 * By chance: a hash of its id, which knows nothing of the text.
 */
export function reviewRanks({
  id,
  text,
  confidence,
}: Pick<Prediction, "id" | "text" | "confidence">): Required<ReviewRanks> {
  return {
    doubtRank: `${confidence.toFixed(CONFIDENCE_DIGITS)}#${textFingerprint(text)}`,
    chanceRank: createHash("sha256").update(`chance ${id}`).digest("hex").slice(0, 16),
  };
}

/** The fingerprint of the text in a rank by doubt. */
export function fingerprintIn(doubtRank: string): string {
  return doubtRank.slice(doubtRank.indexOf("#") + 1);
}

export function eventItem(event: FeedbackEvent): EventItem {
  return { ...event, at: event.at.toISOString() };
}

/** @param writeId names the request that adds it */
export function toItem(prediction: Prediction, writeId: string): PredictionItem {
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
    writeId,
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

/** When the item was stored, in milliseconds since 1970: a little before it was there. */
export function storedAt({ writeId, createdAt }: Pick<PredictionItem, "writeId" | "createdAt">): number {
  return writeId === undefined ? Date.parse(createdAt) : decodeTime(writeId);
}

/** An item without its history as a row of a dataset. */
export function toDatasetRow(
  item: Omit<PredictionItem, "history" | "shard" | "uncertaintyReasons" | "truncated" | "writeId" | "verifiedEmotion">,
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
