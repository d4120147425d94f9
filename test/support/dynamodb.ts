import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import dynalite from "dynalite";
import { createDynamoDBClient, ensureTables } from "../../api/src/dynamodb-client.js";
import { type TableNames, tableNames } from "../../api/src/dynamodb-tables.js";

/** Fresh tables in a real DynamoDB API. */
export interface TestDynamoDB {
  client: DynamoDBDocumentClient;
  tables: TableNames;
  endpoint: string | undefined;
  stop(): Promise<void>;
}

/**
 * Starts the embedded DynamoDB in memory. With SENTILOOP_TEST_DYNAMODB the same tests run against another
 * endpoint, or against AWS itself when that is "aws"; their tables are removed afterwards.
 */
export async function startDynamoDB(): Promise<TestDynamoDB> {
  const elsewhere = process.env.SENTILOOP_TEST_DYNAMODB;
  const server =
    elsewhere === undefined ? await listening(dynalite({ createTableMs: 0, deleteTableMs: 0 })) : undefined;
  const local = server && `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const endpoint = local ?? (elsewhere === "aws" ? undefined : elsewhere);
  const client = createDynamoDBClient({ endpoint });
  const tables = tableNames(`sentiloop-test-${randomUUID()}-`);
  await ensureTables(client, tables);
  const stop = async () => {
    for (const TableName of Object.values(tables)) await client.send(new DeleteTableCommand({ TableName }));
    client.destroy();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  };
  return { client, tables, endpoint, stop };
}

function listening(server: Server): Promise<Server> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}
