import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { Prediction } from "../../api/src/prediction.js";
import type { PredictionStore } from "../../api/src/prediction-store.js";
import { type FreshStore, freshStore } from "../support/fresh-store.js";
import { decisionFor, prediction } from "../support/predictions.js";

/** What people are asked to judge next. */

let fresh: FreshStore;
let store: PredictionStore;

async function startStore(): Promise<void> {
  fresh = await freshStore();
  store = fresh.store;
}

describe("the review queue", () => {
  beforeEach(startStore);
  afterEach(() => fresh.stop());

  /** As many predictions of different texts, the first one the least uncertain. */
  const surer = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      prediction({ text: `text ${index}`, confidence: 0.9 - (index * 0.6) / count }),
    );
  const texts = (predictions: readonly Prediction[]) => predictions.map(({ text }) => text);
  const queue = async (first: number) => texts(await store.reviewQueue(first));

  test("of nothing is empty", async () => {
    expect(await store.reviewQueue(10)).toEqual([]);
  });

  test("begins with the most uncertain, and draws every fifth at random", async () => {
    const all = surer(300);
    await Promise.all(all.map((each) => store.addNew(each)));
    const byDoubt = texts(all).reverse();
    const drawn = new Set<string>();
    for (let round = 0; round < 8; round += 1) {
      const shown = await queue(10);
      expect(new Set(shown).size).toBe(10);
      const places = [0, 1, 2, 3, 5, 6, 7, 8].map((place) => shown[place]);
      const random = [shown[4], shown[9]] as string[];
      expect(places).toEqual(byDoubt.filter((text) => !random.includes(text)).slice(0, 8));
      for (const text of random) drawn.add(text);
    }
    expect(drawn.size).toBeGreaterThan(8);
    expect((await queue(4)).slice(0, 3)).toEqual(byDoubt.slice(0, 3));
    expect(await queue(100)).toHaveLength(100);
  });

  test("draws one in five also for whoever asks for one at a time", async () => {
    const all = surer(60);
    await Promise.all(all.map((each) => store.addNew(each)));
    let drawn = 0;
    for (let round = 0; round < 80; round += 1) {
      const [shown, ...others] = await queue(1);
      expect(others).toEqual([]);
      if (shown !== all.at(-1)?.text) drawn += 1;
    }
    // 16 are expected, with a standard deviation of 3.6; the one in sixty that draws the most doubtful hardly counts.
    expect(drawn).toBeGreaterThan(1);
    expect(drawn).toBeLessThan(36);
  });

  test("draws from all that is PENDING alike", async () => {
    const all = surer(40);
    await Promise.all(all.map((each) => store.addNew(each)));
    const surest = new Set(texts(all.slice(0, 20)));
    let ofTheSurest = 0;
    for (let round = 0; round < 20; round += 1) {
      const shown = await queue(15);
      ofTheSurest += [4, 9, 14].filter((place) => surest.has(shown[place] ?? "")).length;
    }
    // Most of those that are not shown in other places: 38 are expected, with a standard deviation of 4. In order of
    // doubt there would be none.
    expect(ofTheSurest).toBeGreaterThan(15);
    expect(ofTheSurest).toBeLessThan(57);
  }, 120_000);

  test("shows nothing that was judged, and again what was undone", async () => {
    const [one, other] = surer(2) as [Prediction, Prediction];
    await Promise.all([store.addNew(one), store.addNew(other)]);
    expect(await queue(10)).toEqual([other.text, one.text]);
    const decision = decisionFor(other, "fear");
    await store.append(other, decision);
    expect(await queue(10)).toEqual([one.text]);
    const judged = other.with(decision);
    await store.append(judged, { ...decisionFor(judged, "joy"), action: "UNDO", emotion: null });
    expect(await queue(10)).toEqual([other.text, one.text]);
  });

  test("shows one of nearly equal texts, and none of those that were judged", async () => {
    const copies = ["I lost my keys!", "i lost my keys", "  I LOST — my keys…", "I found my keys"];
    for (const [index, text] of copies.entries()) {
      for (let copy = 0; copy < 30; copy += 1) await store.add(prediction({ text, confidence: 0.3 + index / 100 }));
    }
    const shown = await store.reviewQueue(10);
    expect(texts(shown)).toEqual(["I lost my keys!", "I found my keys"]);
    await store.append(shown[0] as Prediction, decisionFor(shown[0] as Prediction, "sadness"));
    expect(await queue(10)).toEqual(["I found my keys"]);
  });

  test("is never empty while anything is PENDING, though all are copies of judged ones", async () => {
    const all = Array.from({ length: 25 }, () => prediction({ text: "again and again" }));
    await Promise.all(all.map((each) => store.addNew(each)));
    for (let left = all.length; left > 0; left -= 1) {
      const shown = await store.reviewQueue(10);
      expect(texts(shown)).toEqual(["again and again"]);
      await store.append(shown[0] as Prediction, decisionFor(shown[0] as Prediction, "joy"));
    }
    expect(await store.reviewQueue(10)).toEqual([]);
  });

  test("reads little, however much is PENDING", async () => {
    await Promise.all(surer(500).map((each) => store.addNew(each)));
    const sent = jest.spyOn(fresh.database.client, "send");
    expect(await store.reviewQueue(10)).toHaveLength(10);
    expect(sent.mock.calls.length).toBeLessThan(30);
    sent.mockRestore();
  });
});
