import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createDynamoDBClient } from "../../api/src/dynamodb-client.js";
import { DynamoDBPredictionStore } from "../../api/src/dynamodb-prediction-store.js";
import { tableNames } from "../../api/src/dynamodb-tables.js";
import { Metrics } from "../../api/src/metrics.js";
import { startDynamoDB, type TestDynamoDB } from "../support/dynamodb.js";
import { prediction } from "../support/predictions.js";

let database: TestDynamoDB;

beforeAll(async () => {
  database = await startDynamoDB();
});
afterAll(() => database.stop());

test("what the database fails is counted by command and error, and a conflict is no failure", async () => {
  const metrics = new Metrics();
  const client = createDynamoDBClient({ endpoint: database.endpoint }, (command, error) =>
    metrics.countStoreError(command, error),
  );
  const store = new DynamoDBPredictionStore(client, database.tables);
  const one = prediction({ text: "a text" });
  await store.add(one);
  await store.add(one);
  const nowhere = new DynamoDBPredictionStore(client, tableNames("no-such-"));
  await expect(nowhere.find(one.id)).rejects.toThrow();
  const text = await metrics.registry.metrics();
  const counted = text.split("\n").filter((line) => line.startsWith("sentiloop_store_errors_total"));
  expect(counted).toEqual([
    'sentiloop_store_errors_total{command="GetItemCommand",error="ResourceNotFoundException"} 1',
  ]);
  client.destroy();
});
