import type { DatasetRow } from "@sentiloop/inference/contract";
import { DynamoDBPredictionStore } from "../../api/src/dynamodb-prediction-store.js";
import type { Prediction } from "../../api/src/prediction.js";
import type { PredictionSelection, PredictionStore } from "../../api/src/prediction-store.js";
import { startDynamoDB, type TestDynamoDB } from "./dynamodb.js";

/** A store of predictions over empty tables of its own. */
export interface FreshStore {
  database: TestDynamoDB;
  store: PredictionStore;
  /** Waits for what the store still writes, and takes the tables away. */
  stop(): Promise<void>;
}

export async function freshStore(): Promise<FreshStore> {
  const database = await startDynamoDB();
  const store = new DynamoDBPredictionStore(database.client, database.tables);
  return { database, store, stop: () => store.settle().then(() => database.stop()) };
}

/** Adds one after the other, in their order. */
export async function addAll(store: PredictionStore, predictions: readonly Prediction[]): Promise<void> {
  for (const each of predictions) await store.add(each);
}

/** Every row that a scan in so many segments gives. */
export async function scanned(
  store: PredictionStore,
  segments: number,
  selection: PredictionSelection = {},
): Promise<DatasetRow[]> {
  const rows: DatasetRow[] = [];
  for (let segment = 0; segment < segments; segment += 1) {
    for await (const batch of store.scan({ segment, segments, selection })) rows.push(...batch);
  }
  return rows;
}
