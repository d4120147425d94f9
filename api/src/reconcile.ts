import { parseArgs } from "node:util";
import pino from "pino";
import { type Config, readConfig } from "./config.js";
import { DataFolder, DataFolderInUse } from "./data-folder.js";
import { createDynamoDBClient, type DynamoDBAddress, ensureTables } from "./dynamodb-client.js";
import { type Recount, recountFeedback } from "./dynamodb-recount.js";
import { tableNames } from "./dynamodb-tables.js";
import { startEmbeddedDatabase } from "./embedded-database.js";

const HELP = `Usage: npm run reconcile -- [--json]

Counts all predictions anew, so that feedbackSummary is exact again, and brings predictions of earlier
versions into the review queue. A process that is killed can leave the counters behind by the last
quarter of a second. On this machine the next npm start sees to that by itself; run this after a crash
on AWS, and once after an upgrade there.

Sentiloop may run meanwhile: then it first waits 50 seconds, until every write that is under way has
ended. Stopped, it can simply be run again. It finds the tables as npm start does, by SENTILOOP_DATA,
SENTILOOP_DYNAMODB and SENTILOOP_TABLE_PREFIX.

  --json     prints the result as one JSON object: predictions, drift (by how much the counters were
             off), repaired (predictions that were brought into the review queue)
  --help     prints this`;

/** Where the tables are, and whether nobody else uses them. */
interface Database {
  address: DynamoDBAddress;
  alone: boolean;
  close(): Promise<void>;
}

async function openDatabase({ dynamoDB, dataFolder, tablePrefix, logLevel }: Config): Promise<Database> {
  if (dynamoDB !== "embedded") {
    return { address: dynamoDB === "aws" ? {} : { endpoint: dynamoDB }, alone: false, close: async () => {} };
  }
  try {
    const folder = await DataFolder.open(dataFolder);
    const log = pino({ level: logLevel, base: { service: "reconcile" } }, pino.destination(2));
    const { address, stop } = await startEmbeddedDatabase({ folder, tablePrefix, log });
    const close = async () => {
      await stop();
      await folder.release();
    };
    return { address, alone: true, close };
  } catch (error) {
    const address = error instanceof DataFolderInUse ? DataFolder.publishedDatabase(dataFolder) : undefined;
    if (address === undefined) throw error;
    return { address, alone: false, close: async () => {} };
  }
}

async function reconcile(config: Config): Promise<Recount> {
  const { address, alone, close } = await openDatabase(config);
  const client = createDynamoDBClient(address);
  const tables = tableNames(config.tablePrefix);
  try {
    if (alone) await ensureTables(client, tables);
    return await recountFeedback({ client, tables, alone, onProgress: progressReport() });
  } finally {
    client.destroy();
    await close();
  }
}

/** Progress on standard error: one line that changes on a terminal, else a line for each phase. */
function progressReport() {
  const doing = { waiting: "Waiting for writes that are under way", counting: "Counting" };
  let last = "";
  return ({ phase, share }: { phase: keyof typeof doing; share: number }): void => {
    const { isTTY } = process.stderr;
    const line = isTTY ? `\r${doing[phase]}: ${Math.floor(share * 100)} % ` : `${doing[phase]}…\n`;
    if (line !== last) process.stderr.write(isTTY && share === 1 ? `${line}\n` : line);
    last = line;
  };
}

function report({ predictions, drift, repaired }: Recount): string {
  const off = drift === 0 ? "The counters were exact" : `The counters were off by ${drift} and are exact now`;
  const brought = repaired === 0 ? "" : ` ${repaired} were brought into the review queue.`;
  return `${off}: there are ${predictions} predictions.${brought}`;
}

try {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help) console.log(HELP);
  else {
    const result = await reconcile(readConfig(process.env));
    console.log(values.json ? JSON.stringify(result) : report(result));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
