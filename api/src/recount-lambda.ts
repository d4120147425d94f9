import pino from "pino";
import { readTablesConfig } from "./config.js";
import { createDynamoDBClient } from "./dynamodb-client.js";
import { recountFeedback } from "./dynamodb-recount.js";
import { tableNames } from "./dynamodb-tables.js";

const { tablePrefix, dynamoDB, logLevel } = readTablesConfig(process.env);
const log = pino({ level: logLevel, base: { service: "recount" } }, pino.destination(2));
const client = createDynamoDBClient({ endpoint: dynamoDB });
const tables = tableNames(tablePrefix);

/** What AWS Lambda calls now and then: counts feedback anew, as `npm run reconcile` does. @throws when it cannot */
export async function handler(): Promise<void> {
  log.info(await recountFeedback({ client, tables, alone: false }), "feedback counted anew");
}
