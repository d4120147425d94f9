import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { DatasetRow } from "@sentiloop/inference/contract";
import { ulid } from "ulid";
import { DynamoDBPredictionStore } from "../../api/src/dynamodb-prediction-store.js";
import type { Prediction } from "../../api/src/prediction.js";
import type { PredictionSelection, PredictionStore } from "../../api/src/prediction-store.js";
import { startDynamoDB, type TestDynamoDB } from "../support/dynamodb.js";
import { decisionFor, prediction } from "../support/predictions.js";

let database: TestDynamoDB;
let store: PredictionStore;

async function freshStore(): Promise<void> {
  database = await startDynamoDB();
  store = new DynamoDBPredictionStore(database.client, database.tables);
}

async function scanned(segments: number, selection: PredictionSelection = {}): Promise<DatasetRow[]> {
  const rows: DatasetRow[] = [];
  for (let segment = 0; segment < segments; segment += 1) {
    for await (const batch of store.scan({ segment, segments, selection })) rows.push(...batch);
  }
  return rows;
}

async function addAll(predictions: readonly Prediction[]): Promise<void> {
  for (const each of predictions) await store.add(each);
}

describe("one prediction", () => {
  beforeAll(freshStore);
  afterAll(() => database.stop());

  test("is found as it was added", async () => {
    const added = prediction({ text: ' "quoted"; =1+1,\r\n😀 مرحبا ' });
    await store.add(added);
    expect(await store.find(added.id)).toEqual(added);
  });

  test("that does not exist is undefined", async () => {
    expect(await store.find(ulid())).toBeUndefined();
  });

  test("added twice is left as it was, and given back", async () => {
    const first = prediction({ text: "first" });
    await store.add(first);
    const event = decisionFor(first, "fear");
    await store.append(first, event);
    expect(await store.add(first)).toEqual(first.with(event));
  });

  test("takes an event on the version that it has", async () => {
    const added = prediction();
    await store.add(added);
    const event = decisionFor(added, "shame");
    expect(await store.append(added, event)).toBe(true);
    const found = await store.find(added.id);
    expect(found).toEqual(added.with(event));
    expect(found).toMatchObject({ status: "REVISED", verifiedEmotion: "shame", verifiedBy: "tester", version: 1 });
  });

  test("refuses an event on another version and keeps its history", async () => {
    const added = prediction();
    await store.add(added);
    const first = decisionFor(added, "joy");
    expect(await store.append(added, first)).toBe(true);
    expect(await store.append(added, decisionFor(added, "fear"))).toBe(false);
    expect((await store.find(added.id))?.history).toEqual([first]);
  });

  test("takes exactly one of twenty events that come at the same time", async () => {
    const added = prediction();
    await store.add(added);
    const appended = await Promise.all(
      Array.from({ length: 20 }, () => store.append(added, decisionFor(added, "fear"))),
    );
    expect(appended.filter(Boolean)).toHaveLength(1);
    expect((await store.find(added.id))?.version).toBe(1);
  });

  test("forgets the verified emotion after an undo", async () => {
    const added = prediction();
    await store.add(added);
    const approved = added.with(decisionFor(added, "joy"));
    await store.append(added, decisionFor(added, "joy"));
    await store.append(approved, { ...decisionFor(approved, "joy"), action: "UNDO", emotion: null });
    const [row] = (await scanned(1)).filter(({ id }) => id === added.id);
    expect(row).toMatchObject({ status: "PENDING", emotion: "joy", actor: null, verifiedAt: null, version: 2 });
  });
});

describe("pages", () => {
  const start = Date.UTC(2026, 0, 1);
  const all = Array.from({ length: 57 }, (_, index) =>
    prediction({
      text: `${index}`,
      at: start + index * 1000,
      emotion: index % 10 === 0 ? "fear" : "joy",
      modelVersion: index < 50 ? "v1" : "v2",
    }),
  );
  const newestFirst = all.map(({ id }) => id).reverse();

  beforeAll(async () => {
    await freshStore();
    await addAll(all);
  });
  afterAll(() => database.stop());

  async function walk(first: number, selection: PredictionSelection = {}): Promise<string[]> {
    const ids: string[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await store.page({ first, after, selection });
      expect(page.predictions.length).toBeLessThanOrEqual(first);
      ids.push(...page.predictions.map(({ id }) => id));
      if (!page.hasNextPage) return ids;
      after = page.end;
    }
  }

  test.each([1, 7, 20, 56, 57, 100])("of %d give every prediction once, newest first", async (first) => {
    expect(await walk(first)).toEqual(newestFirst);
  });

  test("know that nothing follows the last one", async () => {
    const page = await store.page({ first: 57, after: undefined, selection: {} });
    expect(page.hasNextPage).toBe(false);
    expect(page.end).toBe(newestFirst.at(-1));
  });

  test("hold only what the filter lets pass", async () => {
    const fears = all
      .filter(({ emotion }) => emotion === "fear")
      .map(({ id }) => id)
      .reverse();
    expect(await walk(2, { label: ["fear"] })).toEqual(fears);
    expect(await walk(10, { modelVersion: "v2" })).toEqual(newestFirst.slice(0, 7));
    expect(await walk(10, { label: ["fear"], modelVersion: "v2" })).toEqual([all[50]?.id]);
    expect(await walk(10, { status: ["APPROVED"] })).toEqual([]);
    expect(await walk(10, { status: [] })).toEqual([]);
  });

  test("begin at createdAfter and end before createdBefore", async () => {
    const selection = { createdAfter: new Date(start + 10_000), createdBefore: new Date(start + 13_000) };
    expect(await walk(2, selection)).toEqual([all[12]?.id, all[11]?.id, all[10]?.id]);
    expect(await walk(2, { createdAfter: selection.createdBefore, createdBefore: selection.createdAfter })).toEqual([]);
  });

  test("show a decision as soon as it is acknowledged", async () => {
    const [first] = all;
    if (first === undefined) throw new Error("no predictions");
    await store.append(first, decisionFor(first, "guilt"));
    expect(await walk(5, { label: ["guilt"] })).toEqual([first.id]);
    const page = await store.page({ first: 1, after: all[1]?.id, selection: {} });
    expect(page.predictions[0]).toMatchObject({ status: "REVISED", version: 1 });
  });
});

describe("a scan", () => {
  const all = Array.from({ length: 40 }, (_, index) =>
    prediction({ text: `row ${index}`, emotion: index % 2 ? "fear" : "joy" }),
  );

  beforeAll(async () => {
    await freshStore();
    await addAll(all);
    for (const each of all.slice(0, 10))
      await store.append(each, decisionFor(each, "joy", new Date("2026-05-05T05:05:05Z")));
  });
  afterAll(() => database.stop());

  test.each([1, 4, 32])("in %d segments gives every row exactly once", async (segments) => {
    const ids = (await scanned(segments)).map(({ id }) => id);
    expect(ids.sort()).toEqual(all.map(({ id }) => id).sort());
  });

  test("gives what a dataset row needs", async () => {
    const [row] = (await scanned(4)).filter(({ id }) => id === all[1]?.id);
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
    expect(await scanned(2, { status: ["APPROVED", "REVISED"] })).toHaveLength(10);
    expect(await scanned(2, { status: ["APPROVED"] })).toHaveLength(5);
    expect(await scanned(2, { label: ["fear"] })).toHaveLength(15);
    expect(await scanned(2, { verifiedAfter: new Date("2026-05-05T05:05:05Z") })).toHaveLength(10);
    expect(await scanned(2, { verifiedBefore: new Date("2026-05-05T05:05:05Z") })).toHaveLength(0);
    expect(await scanned(2, { modelVersion: "v2" })).toHaveLength(0);
    expect(await scanned(2, { status: [] })).toHaveLength(0);
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

test("a scan and a count go beyond the megabyte that one answer of DynamoDB holds", async () => {
  await freshStore();
  await addAll(Array.from({ length: 150 }, () => prediction({ text: "x".repeat(20_000) })));
  expect(await scanned(1)).toHaveLength(150);
  expect((await store.countFeedback(undefined)).reduce((sum, { count }) => sum + count, 0)).toBe(150);
  await database.stop();
});
