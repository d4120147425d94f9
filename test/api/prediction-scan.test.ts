import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { DynamoDBPredictionStore } from "../../api/src/dynamodb-prediction-store.js";
import type { PredictionStore } from "../../api/src/prediction-store.js";
import { addAll, type FreshStore, freshStore, scanned } from "../support/fresh-store.js";
import { decisionFor, prediction } from "../support/predictions.js";

/** What all that is stored amounts to: the rows of a dataset, and the counts of the feedback. */

let fresh: FreshStore;
let store: PredictionStore;

async function startStore(): Promise<void> {
  fresh = await freshStore();
  store = fresh.store;
}

describe("a scan", () => {
  const all = Array.from({ length: 40 }, (_, index) =>
    prediction({ text: `row ${index}`, emotion: index % 2 ? "fear" : "joy" }),
  );

  beforeAll(async () => {
    await startStore();
    await addAll(store, all);
    for (const each of all.slice(0, 10))
      await store.append(each, decisionFor(each, "joy", new Date("2026-05-05T05:05:05Z")));
  });
  afterAll(() => fresh.stop());

  test.each([1, 4, 32])("in %d segments gives every row exactly once", async (segments) => {
    const ids = (await scanned(store, segments)).map(({ id }) => id);
    expect(ids.sort()).toEqual(all.map(({ id }) => id).sort());
  });

  test("gives what a dataset row needs", async () => {
    const [row] = (await scanned(store, 4)).filter(({ id }) => id === all[1]?.id);
    expect(row).toEqual({
      id: all[1]?.id,
      text: "row 1",
      emotion: "joy",
      predictedEmotion: "fear",
      status: "REVISED",
      confidence: 0.7,
      probabilities: all[1]?.probabilityOf,
      modelVersion: "v1",
      version: 1,
      actor: "tester",
      createdAt: all[1]?.createdAt.toISOString(),
      verifiedAt: "2026-05-05T05:05:05.000Z",
    });
  });

  test("holds only what the selection lets pass", async () => {
    expect(await scanned(store, 2, { status: ["APPROVED", "REVISED"] })).toHaveLength(10);
    expect(await scanned(store, 2, { status: ["APPROVED"] })).toHaveLength(5);
    expect(await scanned(store, 2, { label: ["fear"] })).toHaveLength(15);
    expect(await scanned(store, 2, { verifiedAfter: new Date("2026-05-05T05:05:05Z") })).toHaveLength(10);
    expect(await scanned(store, 2, { verifiedBefore: new Date("2026-05-05T05:05:05Z") })).toHaveLength(0);
    expect(await scanned(store, 2, { modelVersion: "v2" })).toHaveLength(0);
    expect(await scanned(store, 2, { status: [] })).toHaveLength(0);
  });

  test("counts the feedback by predicted and verified emotion", async () => {
    const counts = await store.countFeedback(undefined);
    expect(counts).toHaveLength(4);
    expect(counts).toEqual(
      expect.arrayContaining([
        { predicted: "joy", verified: "joy", count: 5 },
        { predicted: "fear", verified: "joy", count: 5 },
        { predicted: "joy", verified: null, count: 15 },
        { predicted: "fear", verified: null, count: 15 },
      ]),
    );
    expect(await store.countFeedback("v2")).toEqual([]);
  });
});

describe("the counts", () => {
  beforeEach(startStore);
  afterEach(() => fresh.stop());

  const counted = async (version?: string) =>
    Object.fromEntries(
      (await store.countFeedback(version)).map(({ predicted, verified, count }) => [`${predicted} ${verified}`, count]),
    );

  test("follow every decision and undo, for each model version and for all", async () => {
    const [first, second] = [prediction({ modelVersion: "v1" }), prediction({ modelVersion: "v2", emotion: "fear" })];
    await store.addNew(first);
    await store.add(second);
    expect(await counted()).toEqual({ "joy null": 1, "fear null": 1 });
    const revision = decisionFor(first, "shame");
    await store.append(first, revision);
    expect(await counted()).toEqual({ "joy shame": 1, "fear null": 1 });
    expect(await counted("v1")).toEqual({ "joy shame": 1 });
    const revised = first.with(revision);
    await store.append(revised, { ...decisionFor(revised, "joy"), action: "UNDO", emotion: null });
    expect(await counted("v1")).toEqual({ "joy null": 1 });
    expect(await counted("v2")).toEqual({ "fear null": 1 });
    expect(await counted("x".repeat(5000))).toEqual({});
  });

  test("do not count twice what was added or decided twice", async () => {
    const added = prediction();
    await Promise.all([store.add(added), store.add(added), store.add(added)]);
    const events = [decisionFor(added, "fear"), decisionFor(added, "guilt")];
    await Promise.all(events.map((event) => store.append(added, event)));
    expect((await store.countFeedback(undefined)).reduce((sum, { count }) => sum + count, 0)).toBe(1);
  });

  test("of several processes add up", async () => {
    const other = new DynamoDBPredictionStore(fresh.database.client, fresh.database.tables);
    for (let index = 0; index < 20; index += 1) await (index % 2 ? store : other).add(prediction());
    await other.settle();
    expect(await counted()).toEqual({ "joy null": 20 });
  });

  test("cost the same however much is stored", async () => {
    const sent = jest.spyOn(fresh.database.client, "send");
    const cost = async () => {
      await store.settle();
      sent.mockClear();
      await store.countFeedback(undefined);
      return sent.mock.calls.length;
    };
    const before = await cost();
    await Promise.all(Array.from({ length: 300 }, () => store.addNew(prediction())));
    expect(await cost()).toBe(before);
    sent.mockRestore();
  });
});

test("a scan and a count go beyond the megabyte that one answer of DynamoDB holds", async () => {
  await startStore();
  await addAll(
    store,
    Array.from({ length: 150 }, () => prediction({ text: "x".repeat(20_000) })),
  );
  expect(await scanned(store, 1)).toHaveLength(150);
  expect((await store.countFeedback(undefined)).reduce((sum, { count }) => sum + count, 0)).toBe(150);
  await fresh.stop();
});
