import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { useFeedback } from "../../webapp/src/composables/useFeedback.js";
import { usePrediction } from "../../webapp/src/composables/usePrediction.js";
import { confirmation } from "../../webapp/src/decision-statement.js";
import { held } from "./held.js";
import { openPage, type Page } from "./page.js";
import { type PredictionServer, startPredictionServer } from "./prediction-server.js";

function setup() {
  const prediction = usePrediction();
  return { prediction, feedback: useFeedback(prediction.shown) };
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
  const shown = page.prediction.shown.value;
  if (!shown) throw new Error("No prediction is on display.");
  return shown;
}

/** The operations sent since the predictions were made. */
const decisions = () => server.sent.filter(({ operationName }) => operationName !== "Predict");

describe("a decision", () => {
  test("carries the id and the version of the prediction on display", async () => {
    const { id } = await predict("joy");
    await page.feedback.approve();
    await page.feedback.choose("FEAR");
    expect(decisions().map(({ operationName, variables }) => ({ operationName, ...variables }))).toEqual([
      { operationName: "Approve", predictionId: id, expectedVersion: 0 },
      { operationName: "Revise", predictionId: id, expectedVersion: 1, emotion: "FEAR" },
    ]);
  });

  test("is confirmed by what the server stored", async () => {
    await predict("joy");
    await page.feedback.approve();
    expect(confirmation(onDisplay())).toBe("Saved: Joy, approved");
    await page.feedback.choose("SADNESS");
    expect(confirmation(onDisplay())).toBe("Saved: Sadness, revised");
  });

  test("for the predicted emotion is an approval", async () => {
    await predict("joy");
    await page.feedback.choose("JOY");
    expect(onDisplay().status).toBe("APPROVED");
  });

  test("can be undone, one step at a time", async () => {
    await predict("joy");
    await page.feedback.approve();
    await page.feedback.choose("SHAME");
    await page.feedback.undo();
    expect(confirmation(onDisplay())).toBe("Undone: Joy, approved");
    await page.feedback.undo();
    expect(confirmation(onDisplay())).toBe("Undone: not judged yet");
    expect(onDisplay()).toMatchObject({ status: "PENDING", verifiedEmotion: null, version: 4 });
  });

  test("is sent once, however often the button is pressed", async () => {
    await predict("joy");
    const gate = held();
    server.answer = gate.answer;
    const saved = page.feedback.approve();
    await page.feedback.approve();
    await page.feedback.choose("FEAR");
    gate.open();
    await saved;
    expect(decisions()).toHaveLength(1);
  });

  test("cannot be made while no prediction is on display", async () => {
    await predict("joy");
    server.answer = held().answer;
    page.prediction.text.value = "fear";
    void page.prediction.submit();
    await page.feedback.approve();
    expect(decisions()).toHaveLength(0);
  });

  test("that is answered late changes its own prediction, not the one on display by then", async () => {
    const first = await predict("joy");
    const second = await predict("fear");
    page.prediction.show(first);
    const gate = held();
    server.answer = gate.answer;
    const saved = page.feedback.approve();
    page.prediction.show(second);
    gate.open();
    await saved;
    expect(onDisplay()).toMatchObject({ id: second.id, status: "PENDING" });
    page.prediction.show(first);
    expect(onDisplay()).toMatchObject({ id: first.id, status: "APPROVED" });
  });
});

describe("a decision that was not saved", () => {
  test("can be tried again, also when only its answer was lost", async () => {
    await predict("joy");
    server.answer = async (_operation, execute) => {
      await execute();
      return "cut";
    };
    await page.feedback.approve();
    expect(page.feedback.failure.value?.message).toBe("The server could not be reached.");
    expect(onDisplay().status).toBe("PENDING");
    server.answer = (_operation, execute) => execute();
    await page.feedback.retry();
    expect(page.feedback.failure.value).toBeNull();
    expect(onDisplay()).toMatchObject({ status: "APPROVED", version: 1 });
  });

  test("is never tried again on another prediction", async () => {
    const first = await predict("joy");
    server.answer = async () => "cut";
    await page.feedback.approve();
    server.answer = (_operation, execute) => execute();
    const sent = decisions().length;
    await predict("fear");
    expect(page.feedback.failedElsewhere.value?.id).toBe(first.id);
    await page.feedback.retry();
    expect(decisions()).toHaveLength(sent);
  });

  test("because somebody else decided shows what is stored, and the next one is about that", async () => {
    const { id } = await predict("joy");
    server.predictions.revise({ predictionId: id, expectedVersion: 0, emotion: "SADNESS" });
    await page.feedback.choose("FEAR");
    expect(page.feedback.failure.value?.code).toBe("CONFLICT");
    expect(onDisplay()).toMatchObject({ status: "REVISED", verifiedEmotion: "SADNESS", version: 1 });
    await page.feedback.choose("FEAR");
    expect(page.feedback.failure.value).toBeNull();
    expect(onDisplay()).toMatchObject({ verifiedEmotion: "FEAR", version: 2 });
  });
});
