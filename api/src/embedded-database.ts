import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import type { DataFolder } from "./data-folder.js";
import type { DynamoDBAddress } from "./dynamodb-client.js";
import { SupervisedProcess } from "./supervised-process.js";

/** The embedded DynamoDB over a data folder, in a process of its own. */
export interface EmbeddedDatabase {
  address: DynamoDBAddress;
  stop(): Promise<void>;
}

/** Starts it, and leaves its address in the folder for commands that are run meanwhile. */
export async function startEmbeddedDatabase(given: {
  folder: DataFolder;
  tablePrefix: string;
  log: Logger;
}): Promise<EmbeddedDatabase> {
  const { folder, tablePrefix, log } = given;
  const accessKeyId = randomUUID();
  const database = new SupervisedProcess({
    name: "embedded DynamoDB",
    entry: fileURLToPath(new URL("embedded-dynamodb.js", import.meta.url)),
    env: (port) => ({
      DYNAMODB_PATH: folder.database,
      DYNAMODB_PORT: port,
      DYNAMODB_KEY: accessKeyId,
      DYNAMODB_TABLE_PREFIX: tablePrefix,
    }),
    log,
  });
  const address = { endpoint: await database.start(), accessKeyId };
  folder.publishDatabase(address);
  return { address, stop: () => database.stop() };
}
