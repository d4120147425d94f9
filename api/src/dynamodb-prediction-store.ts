import { ConditionalCheckFailedException, DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateScan,
  type ScanCommandInput,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { DatasetRow } from "@sentiloop/inference/contract";
import { eventItem, fromItem, type PredictionItem, toDatasetRow, toItem, verifiedState } from "./dynamodb-item.js";
import { listIds } from "./dynamodb-listing.js";
import { filterExpression, selectsNothing } from "./dynamodb-selection.js";
import type { TableNames } from "./dynamodb-tables.js";
import type { FeedbackEvent } from "./feedback.js";
import type { Prediction } from "./prediction.js";
import type { FeedbackCount, Page, PageRequest, PredictionSelection, PredictionStore } from "./prediction-store.js";

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

const COUNTING_SEGMENTS = 4;

/** Keeps predictions in DynamoDB, one item each with its history inside. */
export class DynamoDBPredictionStore implements PredictionStore {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tables: TableNames,
  ) {}

  async add(prediction: Prediction): Promise<Prediction> {
    try {
      await this.client.send(
        new PutCommand({
          TableName: this.tables.predictions,
          Item: toItem(prediction),
          ConditionExpression: "attribute_not_exists(id)",
        }),
      );
      return prediction;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return (await this.find(prediction.id)) ?? prediction;
    }
  }

  async find(id: string): Promise<Prediction | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.tables.predictions, Key: { id }, ConsistentRead: true }),
    );
    return Item && fromItem(Item as PredictionItem);
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
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
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

  async countFeedback(modelVersion: string | undefined): Promise<FeedbackCount[]> {
    const counts = new Map<string, FeedbackCount>();
    const filter = filterExpression({ modelVersion });
    const countSegment = async (Segment: number): Promise<void> => {
      const part = { ...filter, Segment, TotalSegments: COUNTING_SEGMENTS };
      for await (const items of this.scanPages(["emotion", "verifiedEmotion"] as const, part)) {
        for (const item of items) addCount(counts, item);
      }
    };
    await Promise.all(Array.from({ length: COUNTING_SEGMENTS }, (_, segment) => countSegment(segment)));
    return [...counts.values()];
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

  /** The predictions with these ids, read consistently, in their order; an index entry without item is left out. */
  private async findAll(ids: readonly string[]): Promise<Prediction[]> {
    const found = new Map<string, Prediction>();
    let keys = ids.map((id) => ({ id }));
    while (keys.length > 0) {
      const { Responses, UnprocessedKeys } = await this.client.send(
        new BatchGetCommand({ RequestItems: { [this.tables.predictions]: { Keys: keys, ConsistentRead: true } } }),
      );
      for (const item of Responses?.[this.tables.predictions] ?? [])
        found.set(item.id, fromItem(item as PredictionItem));
      keys = (UnprocessedKeys?.[this.tables.predictions]?.Keys ?? []) as { id: string }[];
    }
    return ids.map((id) => found.get(id)).filter((prediction) => prediction !== undefined);
  }
}

type CountedItem = Pick<PredictionItem, "emotion" | "verifiedEmotion">;

function addCount(counts: Map<string, FeedbackCount>, { emotion, verifiedEmotion }: CountedItem): void {
  const key = `${emotion} ${verifiedEmotion}`;
  const count = counts.get(key) ?? { predicted: emotion, verified: verifiedEmotion ?? null, count: 0 };
  count.count += 1;
  counts.set(key, count);
}
