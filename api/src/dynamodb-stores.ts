import type { ApiKeyStore } from "./api-key-store.js";
import { DynamoDBApiKeyStore } from "./dynamodb-api-key-store.js";
import { createDynamoDBClient, type DynamoDBAddress } from "./dynamodb-client.js";
import { DynamoDBExportJobStore } from "./dynamodb-export-job-store.js";
import { DynamoDBIdempotencyStore } from "./dynamodb-idempotency-store.js";
import { DynamoDBPredictionStore } from "./dynamodb-prediction-store.js";
import { tableNames } from "./dynamodb-tables.js";
import type { ExportJobStore } from "./export-job-store.js";
import type { IdempotencyStore } from "./idempotency-store.js";
import type { PredictionStore } from "./prediction-store.js";

/** Everything that the gateway keeps in DynamoDB. */
export interface DynamoDBStores {
  predictions: PredictionStore;
  idempotency: IdempotencyStore;
  jobs: ExportJobStore;
  keys: ApiKeyStore;
}

/** All stores over one client. @param tablePrefix what the names of the tables begin with */
export function dynamoDBStores(address: DynamoDBAddress, tablePrefix: string): DynamoDBStores {
  const client = createDynamoDBClient(address);
  const tables = tableNames(tablePrefix);
  return {
    predictions: new DynamoDBPredictionStore(client, tables),
    idempotency: new DynamoDBIdempotencyStore(client, tables),
    jobs: new DynamoDBExportJobStore(client, tables),
    keys: new DynamoDBApiKeyStore(client, tables),
  };
}
