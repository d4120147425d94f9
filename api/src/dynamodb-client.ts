import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
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

/** Hears of each command that failed for good. @param error its name */
export type StoreErrorListener = (command: string, error: string) => void;

/** More than the busiest moment of one process needs; each is one socket. */
const MAX_SOCKETS = 64;

/**
 * A document client with bounded waits: three seconds to connect, ten for an answer, three attempts.
 * The time to connect also runs while this process is busy with something else: one second was too little for that.
 */
export function createDynamoDBClient(
  { endpoint, accessKeyId = "local" }: DynamoDBAddress,
  failed?: StoreErrorListener,
): DynamoDBDocumentClient {
  // The SDK's note about Node versions is for whoever upgrades the SDK, not for whoever runs Sentiloop.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 3000,
      requestTimeout: 10_000,
      // Without it the SDK only warns and goes on waiting.
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: MAX_SOCKETS, keepAlive: true },
    },
    ...(endpoint !== undefined && {
      endpoint,
      region: "local",
      credentials: { accessKeyId, secretAccessKey: "local" },
    }),
  });
  if (failed) reportFailures(client, failed);
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** The same client, sharing its sockets, but with a single attempt a request: who uses it knows when to try again. */
export function withoutRetries(client: DynamoDBDocumentClient): DynamoDBDocumentClient {
  const { region, endpoint, credentials, requestHandler } = client.config;
  const single = new DynamoDBClient({
    region,
    credentials,
    requestHandler,
    maxAttempts: 1,
    ...(endpoint !== undefined && { endpoint }),
  });
  return DynamoDBDocumentClient.from(single, { marshallOptions: { removeUndefinedValues: true } });
}

/** A condition that does not hold is an answer, not a failure. */
function reportFailures(client: DynamoDBClient, failed: StoreErrorListener): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        try {
          return await next(args);
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) failed(commandName ?? "unknown", nameOf(error));
          throw error;
        }
      },
    { step: "initialize", name: "reportFailures" },
  );
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown";
}

/**
 * Creates the tables that are missing. On AWS the stack does this; here it makes a fresh data folder usable.
 * @throws an error that says what to do when a table of an earlier version lacks an index
 */
export async function ensureTables(client: DynamoDBDocumentClient, names: TableNames): Promise<void> {
  for (const definition of tableDefinitions(names)) {
    try {
      await client.send(new CreateTableCommand(definition));
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
    }
    const limits = { client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 };
    await waitUntilTableExists(limits, { TableName: definition.TableName });
    await refuseWithoutIndexes(client, definition);
  }
}

async function refuseWithoutIndexes(client: DynamoDBDocumentClient, definition: CreateTableCommandInput) {
  const { TableName, GlobalSecondaryIndexes: wanted = [] } = definition;
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  const there = new Set(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName));
  const missing = wanted.filter(({ IndexName }) => !there.has(IndexName));
  if (missing.length === 0) return;
  const keys = missing.map(
    ({ IndexName, KeySchema }) =>
      `${IndexName} (${KeySchema?.map(({ AttributeName }) => AttributeName).join(", ")}; keys only)`,
  );
  throw new Error(
    `The table ${TableName} was made by an earlier version and lacks the indexes ${keys.join(" and ")}. Add them to it, then run npm run reconcile; or begin with new tables: SENTILOOP_TABLE_PREFIX=…`,
  );
}
