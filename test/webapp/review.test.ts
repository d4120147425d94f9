import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { useOutbox } from "../../webapp/src/composables/useOutbox.js";
import { useReview } from "../../webapp/src/composables/useReview.js";
import { openPage, type Page, until } from "./page.js";
import { type PredictionServer, startPredictionServer } from "./prediction-server.js";

const setup = () => ({ review: useReview(), outbox: useOutbox() });

let server: PredictionServer;
let page: Page<ReturnType<typeof setup>>;

beforeEach(async () => {
  server = await startPredictionServer();
});
afterEach(async () => {
  page.outbox.stop();
  page.leave();
  await server.close();
});

/** Opens the page with so many predictions to judge, all of them joy, "1" on top. */
async function open(count: number) {
  for (let number = count; number >= 1; number -= 1) server.predictions.add(`${number}`);
  page = openPage(server, setup);
  await until(() => !page.review.loading.value && page.review.waiting.value !== null);
}

const card = () => page.review.card.value?.text;
const sent = () => until(() => page.outbox.pending.value.length === 0);
const recorded = (text: string) => server.predictions.all.find((each) => each.text === text);
const queueRequests = () => server.sent.filter(({ operationName }) => operationName === "ReviewQueue").length;

describe("reviewing", () => {
  test("shows one card at a time and records each decision", async () => {
    await open(4);
    expect(card()).toBe("1");
    page.review.approve();
    page.review.choose("FEAR");
    page.review.choose("JOY");
    expect(card()).toBe("4");
    await sent();
    expect(["1", "2", "3", "4"].map((text) => recorded(text)?.status)).toEqual([
      "APPROVED",
      "REVISED",
      "APPROVED",
      "PENDING",
    ]);
  });

  test("counts what was judged, agreed with, passed over and agreed with in a row", async () => {
    await open(6);
    page.review.approve();
    page.review.choose("FEAR");
    page.review.approve();
    page.review.skip();
    page.review.approve();
    const { judged, agreed, skipped, streak, waiting } = page.review;
    expect([judged, agreed, skipped, streak, waiting].map(({ value }) => value)).toEqual([4, 3, 1, 2, 6]);
  });

  test("fetches the next cards before the last one is judged, and shows none twice", async () => {
    await open(150);
    const shown: string[] = [];
    while (shown.length < 150) {
      await until(() => page.review.card.value !== null);
      shown.push(card() ?? "");
      page.review.approve();
    }
    expect(shown).toEqual(Array.from({ length: 150 }, (_, index) => `${index + 1}`));
    await sent();
    expect(server.predictions.all.filter(({ status }) => status !== "APPROVED")).toEqual([]);
    expect(queueRequests()).toBeLessThan(40);
  });

  test("asks for more with 39 cards left: ten a second are judged while a slow network brings the next", async () => {
    await open(100);
    const asked = new Promise((resolve) => {
      server.answer = (operation, execute) => {
        if (operation.operationName === "ReviewQueue") resolve(operation.variables.first);
        return execute();
      };
    });
    page.review.approve();
    // Those that are left, the one that the server does not know of yet, and new ones.
    expect(await asked).toBe(39 + 1 + 40);
  });

  test("undo brings the last card back and takes the decision back, acknowledged or not", async () => {
    await open(3);
    page.review.choose("SHAME");
    await sent();
    page.review.approve();
    page.review.undo();
    expect(card()).toBe("2");
    page.review.undo();
    expect(card()).toBe("1");
    expect(page.review.judged.value).toBe(0);
    await sent();
    expect([recorded("1"), recorded("2")].map((each) => each?.status)).toEqual(["PENDING", "PENDING"]);
    page.review.choose("FEAR");
    await sent();
    expect(recorded("1")?.verifiedEmotion).toBe("FEAR");
  });

  test("a skipped card is not judged, and comes again when the person asks for it", async () => {
    await open(2);
    page.review.skip();
    page.review.approve();
    await sent();
    await until(() => page.review.card.value === null);
    expect(recorded("1")?.status).toBe("PENDING");
    await page.review.again();
    expect(card()).toBe("1");
  });

  test("goes on with the cards that are there while the server is away", async () => {
    await open(5);
    server.answer = async () => "cut";
    for (let cards = 0; cards < 5; cards += 1) page.review.approve();
    await until(() => page.outbox.obstacle.value !== null);
    expect(page.outbox.pending.value).toHaveLength(5);
    server.answer = (_operation, execute) => execute();
    page.outbox.sendNow();
    await sent();
    expect(server.predictions.all.every(({ status }) => status === "APPROVED")).toBe(true);
  });
});
