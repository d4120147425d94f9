import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ulid } from "ulid";
import type { PredictionSelection, PredictionStore } from "../../api/src/prediction-store.js";
import { addAll, type FreshStore, freshStore, scanned } from "../support/fresh-store.js";
import { decisionFor, prediction } from "../support/predictions.js";

/** What is stored is found again, one by one and in pages. */

let fresh: FreshStore;
let store: PredictionStore;

async function startStore(): Promise<void> {
  fresh = await freshStore();
  store = fresh.store;
}

describe("one prediction", () => {
  beforeAll(startStore);
  afterAll(() => fresh.stop());

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
    const [row] = (await scanned(store, 1)).filter(({ id }) => id === added.id);
    expect(row).toMatchObject({ status: "PENDING", emotion: "joy", actor: null, verifiedAt: null, version: 2 });
  });
});

describe("new predictions", () => {
  beforeAll(startStore);
  afterAll(() => fresh.stop());

  test("that come together are all there once each is acknowledged", async () => {
    const all = Array.from({ length: 130 }, (_, index) => prediction({ text: `together ${index}` }));
    await Promise.all(
      all.map(async (each) => {
        await store.addNew(each);
        expect(await store.find(each.id)).toEqual(each);
      }),
    );
    expect((await scanned(store, 1)).map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort());
  });

  test("of the largest size that a text can have go in one request, too", async () => {
    const all = Array.from({ length: 25 }, () => prediction({ text: "😀".repeat(5000) }));
    await Promise.all(all.map((each) => store.addNew(each)));
    expect(await store.find(all[24]?.id ?? "")).toEqual(all[24]);
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
    await startStore();
    await addAll(store, all);
  });
  afterAll(() => fresh.stop());

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
