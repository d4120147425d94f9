import { DeleteCommand, type DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import type { Logger } from "pino";
import type { TableNames } from "./dynamodb-tables.js";
import { EXPORT_LIFETIME } from "./export-service.js";
import type { FileExportStore } from "./file-export-store.js";

/** How often to look for what has expired, in milliseconds. */
const EVERY = 3600 * 1000;

export interface Expiring {
  client: DynamoDBDocumentClient;
  tables: TableNames;
  exports: FileExportStore;
  log: Logger;
}

/**
 * Removes expired export files and records now and every hour. On AWS the bucket's and the table's own expiry
 * do this; the embedded DynamoDB has none.
 * @returns ends it, and waits for a sweep that is under way: the database is closed next
 */
export function removeExpiredHourly(expiring: Expiring): () => Promise<void> {
  const stop = new AbortController();
  const sweep = () =>
    removeExpired(expiring, stop.signal).catch((error) =>
      expiring.log.warn({ err: error }, "expired data could not be removed"),
    );
  let sweeping = sweep();
  const timer = setInterval(() => {
    sweeping = sweep();
  }, EVERY);
  return () => {
    clearInterval(timer);
    stop.abort();
    return sweeping;
  };
}

async function removeExpired({ client, tables, exports }: Expiring, stopped: AbortSignal): Promise<void> {
  await exports.removeOlderThan(new Date(Date.now() - EXPORT_LIFETIME));
  const expired = paginateScan(
    { client },
    {
      TableName: tables.operations,
      FilterExpression: "expiresAt < :now",
      ExpressionAttributeValues: { ":now": Math.floor(Date.now() / 1000) },
      ProjectionExpression: "#key",
      ExpressionAttributeNames: { "#key": "key" },
    },
  );
  for await (const { Items = [] } of expired) {
    if (stopped.aborted) return;
    for (const { key } of Items) await client.send(new DeleteCommand({ TableName: tables.operations, Key: { key } }));
  }
}
