import { join } from "node:path";
import type { ApiKeyStore } from "./api-key-store.js";
import type { Config } from "./config.js";
import { DynamoDBApiKeyStore } from "./dynamodb-api-key-store.js";
import { createDynamoDBClient, ensureTables } from "./dynamodb-client.js";
import { tableNames } from "./dynamodb-tables.js";
import { FileApiKeyStore } from "./file-api-key-store.js";

/**
 * Where API keys are kept: in DynamoDB where the predictions are in one that others reach too; else in files of the
 * data folder, because the embedded DynamoDB belongs to the running server and a command could not open it.
 */
export async function createApiKeyStore(config: Config): Promise<ApiKeyStore> {
  const { dynamoDB, tablePrefix, dataFolder } = config;
  if (dynamoDB === "embedded") return new FileApiKeyStore(join(dataFolder, "api-keys"));
  const client = createDynamoDBClient(dynamoDB === "aws" ? {} : { endpoint: dynamoDB });
  const tables = tableNames(tablePrefix);
  if (dynamoDB !== "aws") await ensureTables(client, tables);
  return new DynamoDBApiKeyStore(client, tables);
}
