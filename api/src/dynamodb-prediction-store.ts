import { ConditionalCheckFailedException, DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateScan,
  type ScanCommandInput,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { DatasetRow } from "@sentiloop/inference/contract";
import { batchGet } from "./dynamodb-batch-get.js";
import { DynamoDBBatchWriter } from "./dynamodb-batch-writer.js";
import { DynamoDBFeedbackCounters } from "./dynamodb-feedback-counters.js";
import {
  eventItem,
  fromItem,
  type PredictionItem,
  storedAt,
  toDatasetRow,
  toItem,
  verifiedState,
} from "./dynamodb-item.js";
import { DynamoDBJudgedTexts } from "./dynamodb-judged-texts.js";
import { listIds } from "./dynamodb-listing.js";
import { DynamoDBReviewQueue } from "./dynamodb-review-queue.js";
import { filterExpression, selectsNothing } from "./dynamodb-selection.js";
import type { TableNames } from "./dynamodb-tables.js";
import type { FeedbackEvent } from "./feedback.js";
import type { Prediction } from "./prediction.js";
import type { FeedbackCount, Page, PageRequest, PredictionSelection, PredictionStore } from "./prediction-store.js";
import { textFingerprint } from "./text-fingerprint.js";
import { ascendingUlids } from "./ulids.js";

/** The attributes of an item that a dataset row is made of: all but the history. */
const ROW_ATTRIBUTES = [
  "id",
  "text",
  "emotion",
  "probabilities",
  "modelVersion",
  "createdAt",
  "version",
  "status",
  "label",
  "verifiedAt",
  "verifiedBy",
] as const;

/** Keeps predictions in DynamoDB, one item each with its history inside. */
export class DynamoDBPredictionStore implements PredictionStore {
  private readonly newWriteUlid = ascendingUlids();
  private readonly writer: DynamoDBBatchWriter;
  private readonly counters: DynamoDBFeedbackCounters;
  private readonly judged: DynamoDBJudgedTexts;
  private readonly queue: DynamoDBReviewQueue;

  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tables: TableNames,
  ) {
    this.writer = new DynamoDBBatchWriter(client, tables.predictions);
    this.counters = new DynamoDBFeedbackCounters(client, tables);
    this.judged = new DynamoDBJudgedTexts(client, tables);
    this.queue = new DynamoDBReviewQueue({ client, tables, judged: this.judged });
  }

  async add(prediction: Prediction): Promise<Prediction> {
    const item = toItem(prediction, this.newWriteUlid().id);
    try {
      await this.client.send(
        new PutCommand({
          TableName: this.tables.predictions,
          Item: item,
          ConditionExpression: "attribute_not_exists(id)",
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const there = await this.findItem(prediction.id);
      // A lost answer of the database makes its client write again: the item that is there may be ours.
      if (there?.writeId !== item.writeId) return there ? fromItem(there) : prediction;
    }
    this.countNew(prediction, item);
    return prediction;
  }

  async addNew(prediction: Prediction): Promise<void> {
    const item = toItem(prediction, this.newWriteUlid().id);
    await this.writer.write(item);
    this.countNew(prediction, item);
  }

  async find(id: string): Promise<Prediction | undefined> {
    const item = await this.findItem(id);
    return item && fromItem(item);
  }

  async append(prediction: Prediction, event: FeedbackEvent): Promise<boolean> {
    const state = Object.entries({ ...verifiedState(prediction.with(event)), version: event.version });
    const set = state.filter(([, value]) => value !== undefined);
    const gone = state.filter(([, value]) => value === undefined).map(([name]) => `#${name}`);
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.tables.predictions,
          Key: { id: prediction.id },
          ConditionExpression: "#version = :expected",
          UpdateExpression: [
            `SET history = list_append(history, :event), ${set.map(([name]) => `#${name} = :${name}`).join(", ")}`,
            ...(gone.length > 0 ? [`REMOVE ${gone.join(", ")}`] : []),
          ].join(" "),
          ExpressionAttributeNames: Object.fromEntries(state.map(([name]) => [`#${name}`, name])),
          ExpressionAttributeValues: {
            ":event": [eventItem(event)],
            ":expected": event.version - 1,
            ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
          },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // Here, too, the event that is there may be ours.
      const there = await this.findItem(prediction.id);
      if (!there?.history.some(({ id }) => id === event.id)) return false;
    }
    await this.countDecision(prediction, event);
    return true;
  }

  async page(request: PageRequest): Promise<Page> {
    const { ids, hasNextPage, end } = await listIds(this.client, this.tables.predictions, request);
    return { predictions: await this.findAll(ids), hasNextPage, end };
  }

  async *scan(part: {
    segment: number;
    segments: number;
    selection: PredictionSelection;
  }): AsyncGenerator<DatasetRow[]> {
    if (selectsNothing(part.selection)) return;
    const filter = filterExpression(part.selection);
    const pages = this.scanPages(ROW_ATTRIBUTES, { ...filter, Segment: part.segment, TotalSegments: part.segments });
    for await (const items of pages) yield items.map(toDatasetRow);
  }

  reviewQueue(first: number): Promise<Prediction[]> {
    return this.queue.read(first);
  }

  countFeedback(modelVersion: string | undefined): Promise<FeedbackCount[]> {
    return this.counters.read(modelVersion);
  }

  settle(): Promise<void> {
    return this.counters.flush();
  }

  async check(): Promise<void> {
    await this.client.send(new DescribeTableCommand({ TableName: this.tables.predictions }));
  }

  private async *scanPages<A extends keyof PredictionItem>(
    attributes: readonly A[],
    part: Pick<
      ScanCommandInput,
      "FilterExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues" | "Segment" | "TotalSegments"
    >,
  ): AsyncGenerator<Pick<PredictionItem, A>[]> {
    const pages = paginateScan(
      { client: this.client },
      {
        ...part,
        TableName: this.tables.predictions,
        ConsistentRead: true,
        ProjectionExpression: attributes.map((name) => `#${name}`).join(", "),
        ExpressionAttributeNames: {
          ...part.ExpressionAttributeNames,
          ...Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
        },
      },
    );
    for await (const { Items = [] } of pages) yield Items as Pick<PredictionItem, A>[];
  }

  private async findItem(id: string): Promise<PredictionItem | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.tables.predictions, Key: { id }, ConsistentRead: true }),
    );
    return Item as PredictionItem | undefined;
  }

  /** The predictions with these ids, read consistently, in their order; an index entry without item is left out. */
  private async findAll(ids: readonly string[]): Promise<Prediction[]> {
    const keys = ids.map((id) => ({ id }));
    const items = await batchGet<PredictionItem>(this.client, this.tables.predictions, keys);
    const found = new Map(items.map((item) => [item.id, fromItem(item)]));
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  private countNew({ modelVersion, emotion, verifiedEmotion }: Prediction, item: PredictionItem): void {
    this.counters.note({ modelVersion, predicted: emotion, from: undefined, to: verifiedEmotion, at: storedAt(item) });
  }

  /** @param before the prediction as it was before the event */
  private async countDecision(before: Prediction, event: FeedbackEvent): Promise<void> {
    const { modelVersion, emotion: predicted, verifiedEmotion: from } = before;
    this.counters.note({ modelVersion, predicted, from, to: event.emotion, at: event.at.getTime() });
    const fingerprint = textFingerprint(before.text);
    const noted = event.emotion === null ? this.judged.forget(fingerprint) : this.judged.note(fingerprint);
    // A hint for the review queue alone: the decision stands without it.
    await noted.catch(() => {});
  }
}
