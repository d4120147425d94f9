import {
  CreateTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { type TableNames, tableDefinitions } from "./dynamodb-tables.js";

/** Where DynamoDB is; without an endpoint it is AWS, found as the AWS SDK finds region and credentials. */
export interface DynamoDBAddress {
  endpoint?: string | undefined;
  /** Only for an endpoint that is not AWS. */
  accessKeyId?: string | undefined;
}

/** More than the busiest moment of one process needs; each is one socket. */
const MAX_SOCKETS = 64;

/** A document client with bounded waits: one second to connect, ten for an answer, three attempts. */
export function createDynamoDBClient({ endpoint, accessKeyId = "local" }: DynamoDBAddress): DynamoDBDocumentClient {
  // The SDK's note about Node versions is for whoever upgrades the SDK, not for whoever runs Sentiloop.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 1000,
      requestTimeout: 10_000,
      httpAgent: { maxSockets: MAX_SOCKETS, keepAlive: true },
    },
    ...(endpoint !== undefined && {
      endpoint,
      region: "local",
      credentials: { accessKeyId, secretAccessKey: "local" },
    }),
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** Creates the tables that are missing. On AWS the stack does this; here it makes a fresh data folder usable. */
export async function ensureTables(client: DynamoDBDocumentClient, names: TableNames): Promise<void> {
  for (const definition of tableDefinitions(names)) {
    try {
      await client.send(new CreateTableCommand(definition));
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
    }
    const limits = { client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 };
    await waitUntilTableExists(limits, { TableName: definition.TableName });
  }
}
