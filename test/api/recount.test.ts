import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { decodeTime } from "ulid";
import { toItem } from "../../api/src/dynamodb-item.js";
import { DynamoDBPredictionStore } from "../../api/src/dynamodb-prediction-store.js";
import { recountFeedback, startCounting } from "../../api/src/dynamodb-recount.js";
import type { Prediction } from "../../api/src/prediction.js";
import { startDynamoDB, type TestDynamoDB } from "../support/dynamodb.js";
import { decisionFor, prediction } from "../support/predictions.js";

const waits = { notice: 1500, longestWrite: 500 };
let database: TestDynamoDB;
let store: DynamoDBPredictionStore;

beforeEach(async () => {
  database = await startDynamoDB();
  store = new DynamoDBPredictionStore(database.client, database.tables);
});
afterEach(async () => {
  await store.settle();
  await database.stop();
});

const recount = (alone: boolean) => recountFeedback({ client: database.client, tables: database.tables, alone, waits });

/** Counted from the items themselves. */
async function counted(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for await (const rows of store.scan({ segment: 0, segments: 1, selection: {} })) {
    for (const { predictedEmotion, emotion, status } of rows) {
      const name = `${predictedEmotion} ${status === "PENDING" ? null : emotion}`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
  }
  return counts;
}

async function summary(modelVersion?: string): Promise<Record<string, number>> {
  const counts = await store.countFeedback(modelVersion);
  return Object.fromEntries(counts.map(({ predicted, verified, count }) => [`${predicted} ${verified}`, count]));
}

/** What a process does that is killed before it has counted. */
async function addUncounted(...predictions: Prediction[]): Promise<void> {
  const killed = new DynamoDBPredictionStore(database.client, database.tables);
  Reflect.set(killed, "counters", { note: () => {} });
  for (const each of predictions) await killed.add(each);
}

/** An item as an earlier version stored it. */
async function addOld(old: Prediction): Promise<void> {
  const { doubtRank: _, chanceRank: __, writeId: ___, ...Item } = toItem(old, "");
  await database.client.send(new PutCommand({ TableName: database.tables.predictions, Item }));
}

describe("a recount", () => {
  test("makes counters exact that a killed process left behind, and says by how much they were off", async () => {
    await addUncounted(prediction(), prediction({ emotion: "fear", modelVersion: "v2" }));
    await store.add(prediction());
    expect(await summary()).toEqual({ "joy null": 1 });
    expect(await recount(true)).toEqual({ predictions: 3, drift: 2, repaired: 0 });
    expect(await summary()).toEqual({ "joy null": 2, "fear null": 1 });
    expect(await summary("v2")).toEqual({ "fear null": 1 });
    expect(await recount(true)).toEqual({ predictions: 3, drift: 0, repaired: 0 });
    // A process that starts then: one that went on meanwhile would not have been alone.
    const started = new DynamoDBPredictionStore(database.client, database.tables);
    await started.add(prediction());
    await started.settle();
    expect(await summary()).toEqual({ "joy null": 3, "fear null": 1 });
  });

  test("is exact while several processes go on predicting and deciding", async () => {
    await addUncounted(...Array.from({ length: 20 }, () => prediction({ emotion: "guilt" })));
    let running = true;
    const stores = [store, new DynamoDBPredictionStore(database.client, database.tables)];
    const writing = stores.map(async (each) => {
      while (running) {
        const added = prediction();
        await each.addNew(added);
        const event = decisionFor(added, Math.random() < 0.5 ? "fear" : "joy");
        await each.append(added, event);
        const decided = added.with(event);
        if (Math.random() < 0.3) {
          await each.append(decided, { ...decisionFor(decided, "joy"), action: "UNDO", emotion: null });
        }
      }
    });
    const { drift } = await recount(false);
    expect(drift).toBe(20);
    running = false;
    await Promise.all(writing);
    for (const each of stores) await each.settle();
    expect(Object.values(await summary()).length).toBeGreaterThan(2);
    expect(await summary()).toEqual(await counted());
    expect((await recount(true)).drift).toBe(0);
  }, 120_000);

  test("that broke off is finished by the next one", async () => {
    const broken = recountFeedback({
      client: database.client,
      tables: database.tables,
      alone: false,
      waits,
      onProgress: () => {
        throw new Error("broken off");
      },
    });
    await expect(broken).rejects.toThrow("broken off");
    await addUncounted(prediction());
    await store.add(prediction());
    expect((await recount(false)).predictions).toBe(2);
    expect(await summary()).toEqual({ "joy null": 2 });
    await store.add(prediction());
    expect(await summary()).toEqual(await counted());
  }, 120_000);

  test("brings predictions of an earlier version into the review queue, and knows which texts were judged", async () => {
    const pending = prediction({ text: "never judged", confidence: 0.4 });
    const judged = prediction({ text: "Judged before" });
    await addOld(pending);
    await addOld(prediction({ text: "judged, before" }));
    await addOld(judged.with(decisionFor(judged, "fear")));
    expect(await store.reviewQueue(10)).toEqual([]);
    expect(await recount(true)).toEqual({ predictions: 3, drift: 3, repaired: 2 });
    expect((await store.reviewQueue(10)).map(({ text }) => text)).toEqual(["never judged"]);
    expect(await store.find(pending.id)).toEqual(pending);
    expect(await summary()).toEqual({ "joy null": 2, "joy fear": 1 });
  });
});

describe("a process that has the tables to itself", () => {
  const start = () => startCounting({ client: database.client, tables: database.tables });

  test("counts anew at its start when the last one was killed, and only then", async () => {
    await addUncounted(prediction());
    await start();
    expect(await summary()).toEqual({ "joy null": 1 });
    await addUncounted(prediction());
    const end = await start();
    expect(await summary()).toEqual({ "joy null": 2 });
    await end();
    await addUncounted(prediction());
    await start();
    expect(await summary()).toEqual({ "joy null": 2 });
  });
});

test("an item tells when it was stored, which for an idempotency key can be long after its id was made", async () => {
  const late = prediction({ at: Date.now() - 3600_000 });
  await recount(false);
  await store.add(late);
  expect(await summary()).toEqual({ "joy null": 1 });
  expect(decodeTime(late.id)).toBeLessThan(Date.now() - 3_000_000);
}, 60_000);
