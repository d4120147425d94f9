import { setTimeout } from "node:timers/promises";
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, paginateScan } from "@aws-sdk/lib-dynamodb";
import { ulid } from "ulid";
import { ALL_VERSIONS, COUNTER_PREFIX, counterKey, type FeedbackCells } from "./dynamodb-feedback-cells.js";
import { DynamoDBFeedbackCounters } from "./dynamodb-feedback-counters.js";
import { DynamoDBFeedbackEpochs, type FeedbackEpoch } from "./dynamodb-feedback-epochs.js";
import { type CensusProgress, PredictionCensus } from "./dynamodb-prediction-census.js";
import type { TableNames } from "./dynamodb-tables.js";

/** How long before an epoch begins all processes hear of it, in milliseconds. */
const NOTICE = 5000;

/**
 * How long a write may take from the time that its item tells to the time that it is stored, in milliseconds:
 * the deadline of a batch and three attempts of eleven seconds after it.
 */
const LONGEST_WRITE = 45_000;

const WAITING_STEP = 250;

export interface RecountOptions {
  client: DynamoDBDocumentClient;
  tables: TableNames;
  /** Nobody else uses the tables meanwhile, so nobody needs to be waited for. */
  alone: boolean;
  /** In place of the usual waiting times, in milliseconds. */
  waits?: { notice: number; longestWrite: number };
  onProgress?: ((progress: CensusProgress) => void) | undefined;
}

export interface Recount {
  /** How many predictions there are. */
  predictions: number;
  /** By how much the counters were off: the sum over all cells of the summary. */
  drift: number;
  /** Items of an earlier version that were brought into the review queue. */
  repaired: number;
}

/**
 * Counts all predictions by a consistent, parallel Scan and makes the counters exact, while others go on writing.
 * The counters of a new epoch take all changes from a moment in the near future on. Once every earlier write has
 * ended, the Scan counts each prediction as it was at that moment, which its history tells: that is the epoch's
 * base. Broken off, it can simply be run again. It also brings items of an earlier version into the review queue.
 */
export async function recountFeedback(options: RecountOptions): Promise<Recount> {
  const { client, tables, alone, waits = { notice: NOTICE, longestWrite: LONGEST_WRITE }, onProgress } = options;
  const epochs = new DynamoDBFeedbackEpochs(client, tables);
  const { current, next } = await epochs.read();
  await removeCounters(options, next ? [current, next] : [current]);
  // Alone, no clock matters: all that is stored is counted, and whatever comes later belongs to the epoch.
  const proposed: FeedbackEpoch = { name: ulid(), ...(!alone && { from: Date.now() + waits.notice }) };
  const epoch = await epochs.announce(proposed, { replace: alone });
  if (epoch.from !== undefined) await waitUntil(epoch.from + waits.longestWrite, onProgress);
  const census = new PredictionCensus({ client, tables, asOf: epoch.from, onProgress });
  await census.take();
  const counted = census.cells.get(ALL_VERSIONS) ?? new Map();
  const before = await new DynamoDBFeedbackCounters(client, tables).readCells([current], ALL_VERSIONS);
  for (const [scope, cells] of census.cells) {
    const Item = { key: counterKey(epoch, scope, "base"), ...Object.fromEntries(cells) };
    await client.send(new PutCommand({ TableName: tables.operations, Item }));
  }
  await epochs.begin(epoch);
  if (alone) await epochs.setOpen(false);
  return { predictions: census.predictions, drift: difference(counted, before), repaired: census.repaired };
}

/**
 * Begins the work of a process that has the tables to itself. When the last one was killed, or was of a version that
 * did not count, everything is counted anew first.
 * @returns ends the work: call it once all changes are counted
 */
export async function startCounting(options: Omit<RecountOptions, "alone">): Promise<() => Promise<void>> {
  const epochs = new DynamoDBFeedbackEpochs(options.client, options.tables);
  const { open } = await epochs.read();
  if (open !== false) await recountFeedback({ ...options, alone: true });
  await epochs.setOpen(true);
  return () => epochs.setOpen(false);
}

async function waitUntil(time: number, onProgress: RecountOptions["onProgress"]): Promise<void> {
  const start = Date.now();
  for (let now = start; now < time; now = Date.now()) {
    onProgress?.({ phase: "waiting", share: (now - start) / (time - start) });
    await setTimeout(Math.min(WAITING_STEP, time - now));
  }
}

/** Removes counters of epochs that nobody reads any more. */
async function removeCounters(
  { client, tables }: Pick<RecountOptions, "client" | "tables">,
  kept: readonly FeedbackEpoch[],
): Promise<void> {
  const pages = paginateScan(
    { client },
    {
      TableName: tables.operations,
      ProjectionExpression: "#key",
      FilterExpression: "begins_with(#key, :prefix)",
      ExpressionAttributeNames: { "#key": "key" },
      ExpressionAttributeValues: { ":prefix": COUNTER_PREFIX },
    },
  );
  for await (const { Items = [] } of pages) {
    for (const { key } of Items) {
      if (kept.some(({ name }) => key.startsWith(`${COUNTER_PREFIX}${name}#`))) continue;
      await client.send(new DeleteCommand({ TableName: tables.operations, Key: { key } }));
    }
  }
}

function difference(one: FeedbackCells, other: FeedbackCells): number {
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names].reduce((sum, name) => sum + Math.abs((one.get(name) ?? 0) - (other.get(name) ?? 0)), 0);
}
