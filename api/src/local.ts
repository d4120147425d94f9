import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import type { Logger } from "pino";
import { bufferedLog } from "./buffered-log.js";
import { type Config, describeSettings, readConfig } from "./config.js";
import { createAccess } from "./create-access.js";
import { createApiKeyStore } from "./create-api-key-store.js";
import { DataFolder } from "./data-folder.js";
import { createDynamoDBClient, type DynamoDBAddress, ensureTables } from "./dynamodb-client.js";
import { DynamoDBExportJobStore } from "./dynamodb-export-job-store.js";
import { DynamoDBIdempotencyStore } from "./dynamodb-idempotency-store.js";
import { DynamoDBPredictionStore } from "./dynamodb-prediction-store.js";
import { startCounting } from "./dynamodb-recount.js";
import { tableNames } from "./dynamodb-tables.js";
import { startEmbeddedDatabase } from "./embedded-database.js";
import { removeExpiredHourly } from "./expiry.js";
import { FileExportStore } from "./file-export-store.js";
import { createGateway } from "./gateway.js";
import { HttpClassifier } from "./http-classifier.js";
import { MemoryRateLimiter } from "./memory-rate-limiter.js";
import { Metrics } from "./metrics.js";
import { listen } from "./server.js";
import { SupervisedProcess } from "./supervised-process.js";
import { readTrustedDocuments } from "./trusted-documents.js";

/** `npm start`: everything on one machine, behind one address. */

const HELP = `Usage: npm start [-- --help]

Serves the page, the API, the inference service and a database of its own on this machine until Ctrl+C, and prints
the address. It takes no other argument. Settings are environment variables, of which README.md tells the defaults:

${describeSettings()}`;

/** What has to be undone at the end, newest first. */
const endings: (() => unknown)[] = [];

function atEnd(ending: () => unknown): void {
  endings.unshift(ending);
}

/** In milliseconds. */
const PARENT_CHECK_EVERY = 250;

/** How long the start may take without a word, in milliseconds. */
const SILENCE = 2000;

/**
 * In an overload every request waits long enough to be taken for long-lived, and V8 would let the memory of those that
 * are over pile up: several times of what is in use. Looking for it each time the heap has grown by this much, in per
 * cent, costs little.
 */
const HEAP_GROWTH = 30;
setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);

const pathTo = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** @throws what is wrong with the arguments */
function asksForHelp(): boolean {
  return parseArgs({ options: { help: { type: "boolean" } } }).values.help === true;
}

async function start(): Promise<string> {
  const config = readConfig(process.env);
  const log = bufferedLog({ level: config.logLevel, service: "api" });
  const folder = await DataFolder.open(config.dataFolder);
  atEnd(() => folder.release());
  console.log(`Starting Sentiloop; everything is kept in ${config.dataFolder}`);
  const [database, inference] = await Promise.all([
    startDatabase(config, folder, log),
    config.inference ?? startInference(config, log),
  ]);
  const metrics = new Metrics();
  const client = createDynamoDBClient(database, (command, error) => metrics.countStoreError(command, error));
  const tables = tableNames(config.tablePrefix);
  if (config.dynamoDB !== "aws") await ensureTables(client, tables);
  const predictions = new DynamoDBPredictionStore(client, tables);
  if (config.dynamoDB === "embedded") {
    const endCounting = await startCounting({ client, tables, onProgress: sayOnceAfter(SILENCE) });
    atEnd(() => predictions.settle().then(endCounting));
  }

  const classifier = new HttpClassifier(inference, {}, log);
  const files = new FileExportStore(folder.exports, folder.secret());
  const gateway = await createGateway({
    classifier,
    predictions,
    idempotency: new DynamoDBIdempotencyStore(client, tables),
    jobs: new DynamoDBExportJobStore(client, tables),
    files,
    downloads: files,
    page: pathTo("../../webapp/dist"),
    trusted: await readTrustedDocuments([pathTo("../../webapp/src/graphql"), ...config.trustedOperations]),
    metrics,
    log,
    ...(await doors(config, log)),
  });
  await gateway.exports.resume();
  atEnd(removeExpiredHourly({ client, tables, exports: files, log }));
  atEnd(() => classifier.close());
  atEnd(() => gateway.stop());
  const server = await listen(gateway.app, config);
  atEnd(() => server.stop());
  return server.address;
}

/** Says what takes so long, once it has taken this many milliseconds. */
function sayOnceAfter(silence: number): () => void {
  let sayAt = Date.now() + silence;
  return () => {
    if (Date.now() < sayAt) return;
    sayAt = Number.POSITIVE_INFINITY;
    console.log("Looking through what is stored, as after every upgrade and every crash…");
  };
}

/** Who is let in, how often, and from which pages. */
async function doors(config: Config, log: Logger) {
  const keys = await createApiKeyStore(config);
  if (config.requiresCredentials && (await keys.list()).length === 0) {
    console.log("There is no API key yet. Make one: npm run keys -- create --name NAME --scope SCOPE");
  }
  return {
    access: await createAccess(config, keys, log),
    limiter: config.rateLimit === undefined ? undefined : new MemoryRateLimiter(config.rateLimit),
    origins: config.origins,
  };
}

async function startDatabase(config: Config, folder: DataFolder, log: Logger): Promise<DynamoDBAddress> {
  if (config.dynamoDB === "aws") return {};
  if (config.dynamoDB !== "embedded") return { endpoint: config.dynamoDB };
  const database = await startEmbeddedDatabase({ folder, tablePrefix: config.tablePrefix, log });
  atEnd(() => database.stop());
  return database.address;
}

async function startInference(config: Config, log: Logger): Promise<string> {
  const inference = new SupervisedProcess({
    name: "inference service",
    entry: pathTo("../../inference/dist/src/server.js"),
    env: (port) => ({
      HOST: "127.0.0.1",
      PORT: port,
      SENTILOOP_DATA: config.dataFolder,
      LOG_LEVEL: config.logLevel,
    }),
    log,
  });
  atEnd(() => inference.stop());
  return inference.start();
}

let stopped: Promise<void> | undefined;

/** Undoes what was started, in reverse order; whatever fails does not keep the rest from ending. */
function stop(): Promise<void> {
  stopped ??= (async () => {
    for (const end of endings) {
      try {
        await end();
      } catch (error) {
        console.error("While stopping:", error);
      }
    }
  })();
  return stopped;
}

function stopAndExit(): void {
  void stop().then(() => process.exit(0));
}

/** npm cannot pass a SIGKILL on: whoever kills it means what it started, which would be left running. */
function stopWithNpm(): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  setInterval(() => process.ppid !== npm && stopAndExit(), PARENT_CHECK_EVERY).unref();
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stopAndExit);
stopWithNpm();

try {
  if (asksForHelp()) {
    console.log(HELP);
    process.exit();
  }
  const address = await start();
  console.log(`Sentiloop is ready at ${address}`);
} catch (error) {
  if (stopped === undefined) {
    console.error(error instanceof Error ? error.message : error);
    await stop();
    process.exit(1);
  }
}
