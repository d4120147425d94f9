import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { useApi } from "../../webapp/src/api/useApi.js";
import { useFeedback } from "../../webapp/src/composables/useFeedback.js";
import { usePrediction } from "../../webapp/src/composables/usePrediction.js";
import { useRecentPredictions } from "../../webapp/src/composables/useRecentPredictions.js";
import type { Prediction } from "../../webapp/src/prediction.js";
import { held } from "./held.js";
import { openPage, type Page, until } from "./page.js";
import { type PredictionServer, startPredictionServer } from "./prediction-server.js";

function setup() {
  const prediction = usePrediction();
  return { api: useApi(), prediction, feedback: useFeedback(prediction.shown), recent: useRecentPredictions() };
}

let server: PredictionServer;
let page: Page<ReturnType<typeof setup>> | undefined;

beforeEach(async () => {
  server = await startPredictionServer();
});
afterEach(async () => {
  page?.leave();
  await server.close();
});

function open() {
  page = openPage(server, setup);
  return page;
}

async function openWith(count: number) {
  for (let number = 1; number <= count; number += 1) server.predictions.add(`sentence ${number}`);
  const opened = open();
  await until(() => !opened.recent.loading.value);
  return opened;
}

function submit({ prediction }: ReturnType<typeof setup>, text: string): Promise<void> {
  prediction.text.value = text;
  return prediction.submit();
}

const texts = ({ recent }: ReturnType<typeof setup>) => recent.predictions.value.map(({ text }) => text);
const listings = () => server.sent.filter(({ operationName }) => operationName === "RecentPredictions").length;

describe("the recent predictions", () => {
  test("are the newest ten, and ten more by the cursor", async () => {
    const opened = await openWith(25);
    expect(texts(opened)).toEqual(Array.from({ length: 10 }, (_, index) => `sentence ${25 - index}`));
    await opened.recent.loadMore();
    await until(() => texts(opened).at(-1) === "sentence 6");
    await opened.recent.loadMore();
    await until(() => texts(opened).length === 25);
    expect(opened.recent.hasMore.value).toBe(false);
  });

  test("take in a new prediction without asking for the list again", async () => {
    const opened = await openWith(12);
    await submit(opened, "fresh");
    await until(() => texts(opened)[0] === "fresh");
    expect(texts(opened)).toHaveLength(11);
    await opened.recent.loadMore();
    await until(() => texts(opened).length === 13);
    expect(listings()).toBe(2);
  });

  test("hold a decision that was recorded while they were on their way", async () => {
    const stored = server.predictions.add("mine");
    const late = held();
    const asked = new Promise<void>((resolve) => {
      server.answer = (operation, execute) => {
        resolve();
        return late.answer(operation, execute);
      };
    });
    const opened = open();
    await asked;
    server.answer = (_operation, execute) => execute();
    await opened.api.decide(stored.id, { action: "APPROVE" }, 0);
    late.open();
    await until(() => opened.recent.predictions.value.length === 1);
    const [listed] = opened.recent.predictions.value;
    expect(listed).toMatchObject({ status: "APPROVED", version: 1 });
    opened.prediction.show(listed as Prediction);
    expect(opened.feedback.standing.value).toMatchObject({ status: "APPROVED", version: 1 });
    expect(opened.api.knownPrediction(stored.id)).toMatchObject({ status: "APPROVED", version: 1 });
  });

  test("say that there are none, until there is one", async () => {
    const opened = await openWith(0);
    expect(opened.recent.empty.value).toBe(true);
    await submit(opened, "first");
    await until(() => !opened.recent.empty.value);
    expect(texts(opened)).toEqual(["first"]);
  });

  test("list a prediction once that was sent twice", async () => {
    const opened = await openWith(0);
    let lost = true;
    server.answer = async (_operation, execute) => {
      const result = await execute();
      if (!lost) return result;
      lost = false;
      return "cut";
    };
    await submit(opened, "once");
    await opened.prediction.submit();
    await until(() => texts(opened).length > 0);
    expect(texts(opened)).toEqual(["once"]);
  });

  test("show a decision at once", async () => {
    const opened = await openWith(1);
    await submit(opened, "joy");
    opened.feedback.choose("FEAR");
    await until(() => opened.recent.predictions.value[0]?.status === "REVISED");
    expect(opened.recent.predictions.value[0]?.verifiedEmotion).toBe("FEAR");
  });

  test("hold a prediction that was made before the list had come", async () => {
    server.predictions.add("earlier");
    const gate = held();
    server.answer = (operation, execute) =>
      operation.operationName === "Predict" ? execute() : gate.answer(operation, execute);
    const opened = open();
    await submit(opened, "quick");
    gate.open();
    await until(() => texts(opened).length === 2);
    expect(texts(opened)).toEqual(["quick", "earlier"]);
  });

  test("say why they could not be loaded, and load when asked again", async () => {
    server.answer = async () => "cut";
    const opened = await openWith(3);
    expect(opened.recent.failure.value?.code).toBe("NETWORK");
    server.answer = (_operation, execute) => execute();
    await opened.recent.retry();
    await until(() => texts(opened).length === 3);
    expect(opened.recent.failure.value).toBeNull();
  });

  test("keep what is there when the next page cannot be loaded", async () => {
    const opened = await openWith(15);
    server.answer = async () => "cut";
    await opened.recent.loadMore();
    expect(opened.recent.failure.value?.code).toBe("NETWORK");
    expect(texts(opened)).toHaveLength(10);
    server.answer = (_operation, execute) => execute();
    await opened.recent.retry();
    await until(() => texts(opened).length === 15);
    expect(opened.recent.failure.value).toBeNull();
  });
});
