import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, paginateScan, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Emotion } from "@sentiloop/inference/contract";
import pLimit from "p-limit";
import { ALL_VERSIONS, addTo, cell, type FeedbackCells, ofVersion } from "./dynamodb-feedback-cells.js";
import { fromItem, type PredictionItem, reviewRanks, storedAt } from "./dynamodb-item.js";
import { DynamoDBJudgedTexts } from "./dynamodb-judged-texts.js";
import type { TableNames } from "./dynamodb-tables.js";
import { standingDecisions } from "./feedback.js";
import { textFingerprint } from "./text-fingerprint.js";

/** The table is read in this many parts, so many at a time; progress is the share of parts that are read. */
const SEGMENTS = 32;
const SEGMENTS_AT_A_TIME = 4;
const REPAIRS_AT_A_TIME = 16;

export interface CensusProgress {
  phase: "waiting" | "counting";
  /** 0 to 1. */
  share: number;
}

export interface CensusOptions {
  client: DynamoDBDocumentClient;
  tables: TableNames;
  /** The moment at which predictions are counted, in milliseconds since 1970; as they are found when undefined. */
  asOf: number | undefined;
  onProgress: ((progress: CensusProgress) => void) | undefined;
}

/** Counts the predictions that there were at a moment, and mends what items of earlier versions lack. */
export class PredictionCensus {
  /** The counts by scope. */
  readonly cells = new Map<string, FeedbackCells>();
  predictions = 0;
  /** Items that were brought into the review queue. */
  repaired = 0;

  private readonly judged: DynamoDBJudgedTexts;
  private readonly repairs = pLimit(REPAIRS_AT_A_TIME);

  constructor(private readonly options: CensusOptions) {
    this.judged = new DynamoDBJudgedTexts(options.client, options.tables);
  }

  async take(): Promise<void> {
    const limit = pLimit(SEGMENTS_AT_A_TIME);
    let read = 0;
    const readSegment = async (segment: number): Promise<void> => {
      await this.readSegment(segment);
      read += 1;
      this.options.onProgress?.({ phase: "counting", share: read / SEGMENTS });
    };
    await Promise.all(Array.from({ length: SEGMENTS }, (_, segment) => limit(() => readSegment(segment))));
  }

  private async readSegment(Segment: number): Promise<void> {
    const { client, tables } = this.options;
    const part = { TableName: tables.predictions, ConsistentRead: true, Segment, TotalSegments: SEGMENTS };
    for await (const { Items = [] } of paginateScan({ client }, part)) {
      const items = Items as PredictionItem[];
      for (const item of items) this.count(item);
      await Promise.all(items.filter(isOfOldVersion).map((item) => this.repairs(() => this.repair(item))));
    }
  }

  private count(item: PredictionItem): void {
    const { asOf } = this.options;
    if (asOf !== undefined && storedAt(item) >= asOf) return;
    this.predictions += 1;
    const name = cell(item.emotion, asOf === undefined ? (item.verifiedEmotion ?? null) : verifiedAsOf(item, asOf));
    for (const scope of [ALL_VERSIONS, ofVersion(item.modelVersion)]) {
      const cells = this.cells.get(scope) ?? new Map();
      addTo(cells, name, 1);
      this.cells.set(scope, cells);
    }
  }

  private async repair(item: PredictionItem): Promise<void> {
    if (item.status !== "PENDING") return this.judged.note(textFingerprint(item.text));
    const { doubtRank, chanceRank } = reviewRanks(fromItem(item));
    try {
      await this.options.client.send(
        new UpdateCommand({
          TableName: this.options.tables.predictions,
          Key: { id: item.id },
          UpdateExpression: "SET doubtRank = :doubtRank, chanceRank = :chanceRank",
          ConditionExpression: "#status = :pending",
          ExpressionAttributeNames: { "#status": "status" },
          ExpressionAttributeValues: { ":pending": "PENDING", ":doubtRank": doubtRank, ":chanceRank": chanceRank },
        }),
      );
      this.repaired += 1;
    } catch (error) {
      // Somebody has just judged it.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}

/** Whether an item was stored by an earlier version and is not yet known to the review queue. */
function isOfOldVersion({ status, doubtRank, writeId }: PredictionItem): boolean {
  return status === "PENDING" ? doubtRank === undefined : writeId === undefined;
}

function verifiedAsOf(item: PredictionItem, asOf: number): Emotion | null {
  if (item.history.every(({ at }) => Date.parse(at) < asOf)) return item.verifiedEmotion ?? null;
  const until = fromItem(item).history.filter(({ at }) => at.getTime() < asOf);
  return standingDecisions(until).at(-1)?.emotion ?? null;
}
