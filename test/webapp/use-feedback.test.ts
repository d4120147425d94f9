import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { useFeedback } from "../../webapp/src/composables/useFeedback.js";
import { useOutbox } from "../../webapp/src/composables/useOutbox.js";
import { usePrediction } from "../../webapp/src/composables/usePrediction.js";
import { confirmation } from "../../webapp/src/decision-statement.js";
import { held } from "./held.js";
import { openPage, type Page, until } from "./page.js";
import { type PredictionServer, startPredictionServer } from "./prediction-server.js";

function setup() {
  const prediction = usePrediction();
  return { prediction, feedback: useFeedback(prediction.shown), outbox: useOutbox() };
}

let server: PredictionServer;
let page: Page<ReturnType<typeof setup>>;

beforeEach(async () => {
  server = await startPredictionServer();
  page = openPage(server, setup);
});
afterEach(async () => {
  page.leave();
  await server.close();
});

async function predict(text: string) {
  page.prediction.text.value = text;
  await page.prediction.submit();
  return onDisplay();
}

function onDisplay() {
  const standing = page.feedback.standing.value;
  if (!standing) throw new Error("No prediction is on display.");
  return standing;
}

const acknowledged = () => until(() => !page.feedback.pending.value);

/** The operations sent since the predictions were made. */
const decisions = () => server.sent.filter(({ operationName }) => operationName !== "Predict");

describe("a decision", () => {
  test("carries the id and the version of the prediction on display", async () => {
    const { id } = await predict("joy");
    page.feedback.approve();
    await acknowledged();
    page.feedback.choose("FEAR");
    await acknowledged();
    expect(decisions().map(({ operationName, variables }) => ({ operationName, ...variables }))).toEqual([
      { operationName: "Approve", predictionId: id, expectedVersion: 0 },
      { operationName: "Revise", predictionId: id, expectedVersion: 1, emotion: "FEAR" },
    ]);
  });

  test("shows at once, and as pending until the server has acknowledged it", async () => {
    await predict("joy");
    const gate = held();
    server.answer = gate.answer;
    page.feedback.choose("SADNESS");
    expect(onDisplay()).toMatchObject({ status: "REVISED", verifiedEmotion: "SADNESS", version: 1 });
    expect(page.feedback.pending.value).toBe(true);
    gate.open();
    await acknowledged();
    expect(confirmation(onDisplay())).toBe("Saved: Sadness, revised");
  });

  test("for the predicted emotion is an approval", async () => {
    await predict("joy");
    page.feedback.choose("JOY");
    await acknowledged();
    expect(page.prediction.shown.value?.status).toBe("APPROVED");
  });

  test("can be undone, one step at a time, without waiting for any answer", async () => {
    await predict("joy");
    page.feedback.approve();
    page.feedback.choose("SHAME");
    page.feedback.undo();
    expect(onDisplay()).toMatchObject({ status: "APPROVED", verifiedEmotion: "JOY" });
    page.feedback.undo();
    await acknowledged();
    expect(confirmation(onDisplay())).toBe("Undone: not judged yet");
    expect(page.prediction.shown.value).toMatchObject({ status: "PENDING", verifiedEmotion: null, version: 4 });
  });

  test("is sent once, however often the button is pressed", async () => {
    await predict("joy");
    for (let press = 0; press < 3; press += 1) page.feedback.approve();
    page.feedback.undo();
    page.feedback.undo();
    await acknowledged();
    expect(decisions().map(({ operationName }) => operationName)).toEqual(["Approve", "Undo"]);
  });

  test("cannot be made while no prediction is on display", async () => {
    await predict("joy");
    server.answer = held().answer;
    page.prediction.text.value = "fear";
    void page.prediction.submit();
    page.feedback.approve();
    expect(decisions()).toHaveLength(0);
  });

  test("that is answered late changes its own prediction, not the one on display by then", async () => {
    const first = await predict("joy");
    const second = await predict("fear");
    page.prediction.show(first);
    const gate = held();
    server.answer = gate.answer;
    page.feedback.approve();
    page.prediction.show(second);
    gate.open();
    await until(() => page.outbox.pending.value.length === 0);
    expect(onDisplay()).toMatchObject({ id: second.id, status: "PENDING" });
    page.prediction.show(first);
    expect(onDisplay()).toMatchObject({ id: first.id, status: "APPROVED" });
  });
});
