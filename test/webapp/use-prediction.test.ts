import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { nextTick } from "vue";
import { usePrediction } from "../../webapp/src/composables/usePrediction.js";
import { held } from "./held.js";
import { openPage, type Page } from "./page.js";
import { type PredictionServer, startPredictionServer } from "./prediction-server.js";

let server: PredictionServer;
let page: Page<ReturnType<typeof usePrediction>>;

beforeEach(async () => {
  server = await startPredictionServer();
  page = openPage(server, usePrediction);
});
afterEach(async () => {
  page.leave();
  await server.close();
});

function submit(text: string): Promise<void> {
  page.text.value = text;
  return page.submit();
}

const keys = () => server.sent.map(({ variables }) => variables.idempotencyKey);

describe("submitting a sentence", () => {
  test("shows the server's answer and empties the box", async () => {
    await submit("What a joy");
    expect(page.shown.value).toMatchObject({ text: "What a joy", emotion: "JOY", version: 0, status: "PENDING" });
    expect(page.text.value).toBe("");
    expect(page.submitting.value).toBe(false);
  });

  test("sends the text exactly as it was typed", async () => {
    await submit("  two\nlines ");
    expect(server.sent[0]?.variables.text).toBe("  two\nlines ");
  });

  test("shows no prediction while the answer is on its way", async () => {
    await submit("fear");
    server.answer = held().answer;
    void submit("joy");
    expect(page.shown.value).toBeNull();
  });

  test("sends nothing more while the answer is on its way", async () => {
    const gate = held();
    server.answer = gate.answer;
    const first = submit("joy");
    await page.submit();
    await submit("fear");
    gate.open();
    await first;
    expect(server.sent.map(({ variables }) => variables.text)).toEqual(["joy"]);
  });

  test("keeps what was typed while the answer was on its way", async () => {
    const gate = held();
    server.answer = gate.answer;
    const answered = submit("joy");
    page.text.value = "the next one";
    gate.open();
    await answered;
    expect(page.text.value).toBe("the next one");
    expect(page.shown.value?.text).toBe("joy");
  });

  test("gives each prediction an idempotency key of its own", async () => {
    await submit("joy");
    await submit("joy");
    expect(new Set(keys()).size).toBe(2);
  });
});

describe("the prediction on display", () => {
  test("stays while a new sentence is typed", async () => {
    await submit("joy");
    page.text.value = "something else";
    await nextTick();
    expect(page.shown.value?.text).toBe("joy");
  });

  test("is not replaced by a late answer to an older question", async () => {
    await submit("fear");
    const earlier = page.shown.value;
    if (!earlier) throw new Error("The first prediction is not on display.");
    const gate = held();
    server.answer = gate.answer;
    const late = submit("joy");
    page.show(earlier);
    gate.open();
    await late;
    expect(server.predictions.all[0]?.text).toBe("joy");
    expect(page.shown.value?.text).toBe("fear");
  });
});

describe("a sentence that could not be judged", () => {
  test("is kept, with the server's words", async () => {
    const error = { message: "The model is loading.", extensions: { code: "INFERENCE_UNAVAILABLE" } };
    server.answer = async () => ({ errors: [error] }) as never;
    await submit("joy");
    expect(page.failure.value).toMatchObject({ message: "The model is loading.", code: "INFERENCE_UNAVAILABLE" });
    expect(page.text.value).toBe("joy");
    expect(page.shown.value).toBeNull();
  });

  test("is stored once when its answer was lost and it is sent again", async () => {
    server.answer = async (_operation, execute) => {
      await execute();
      return "cut";
    };
    await submit("joy");
    expect(page.failure.value?.code).toBe("NETWORK");
    server.answer = (_operation, execute) => execute();
    await page.submit();
    expect(page.shown.value?.text).toBe("joy");
    expect(page.failure.value).toBeNull();
    expect(keys()[0]).toBe(keys()[1]);
    expect(server.predictions.all).toHaveLength(1);
  });

  test("goes out with another key once it was changed", async () => {
    server.answer = async () => "cut";
    await submit("joy");
    await submit("joys");
    expect(new Set(keys()).size).toBe(2);
  });

  test("loses its error when it is changed", async () => {
    server.answer = async () => "cut";
    await submit("joy");
    page.text.value = "joys";
    expect(page.failure.value).toBeNull();
  });
});

describe("a sentence that the server would refuse", () => {
  test.each(["", " \n\t"])("is not sent when it is empty: %j", async (text) => {
    await submit(text);
    expect(page.failure.value?.code).toBe("EMPTY");
    expect(server.sent).toHaveLength(0);
  });

  test("is measured in Unicode code points, without the white space around it", async () => {
    await submit(` ${"🙂".repeat(5000)}\n`);
    expect(page.failure.value).toBeNull();
    await submit("🙂".repeat(5001));
    expect(page.failure.value?.message).toBe("The text has 5,001 characters; at most 5,000 are allowed. Shorten it.");
    expect(server.sent).toHaveLength(1);
  });
});
