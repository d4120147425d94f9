import { setTimeout } from "node:timers/promises";
import { afterEach, describe, expect, test } from "@jest/globals";
import { MAX_INSTANCES } from "@sentiloop/inference/contract";
import { WorkQueue } from "../../inference/src/work-queue.js";
import { EXPLAIN_PATH, type Received, RunningApp, type RunningAppOptions } from "./running-app.js";

const LONG = "I was afraid of the dark, and then of everything that I heard in it. ".repeat(6);
const BULK = JSON.stringify({ instances: Array(MAX_INSTANCES).fill(LONG) });

let running: RunningApp;
const started: RunningApp[] = [];

async function start(options: RunningAppOptions): Promise<void> {
  running = await RunningApp.start(options);
  started.push(running);
}

afterEach(async () => {
  for (const each of started.splice(0)) await each.stop();
});

describe("too many texts at a time", () => {
  test("are refused with 429 and when to come back; what was taken is answered", async () => {
    await start({ maxQueue: 2 * MAX_INSTANCES });
    const answers = await Promise.all(Array.from({ length: 6 }, () => running.predict(BULK)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200).length).toBe(6 - refused.length);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers, text } of refused) {
      expect([headers["retry-after"], JSON.parse(text).error]).toEqual([
        "1",
        { code: "QUEUE_FULL", message: expect.stringContaining("allowed are 256. Try again in a second") },
      ]);
    }
    expect((await running.predict(BULK)).status).toBe(200);
  });

  test("are never so when nothing else waits", async () => {
    await start({ maxQueue: 1 });
    expect((await running.predict(BULK)).status).toBe(200);
    expect((await running.post(EXPLAIN_PATH, '{"instance":"I was afraid."}')).status).toBe(200);
  });
});

describe("a classification that takes too long", () => {
  test("is given up with 504, and its texts no longer wait", async () => {
    await start({ deadlineMs: 10, maxQueue: MAX_INSTANCES });
    const answers: Received[] = await Promise.all([running.predict(BULK)]);
    expect(answers.map(({ status, text }) => [status, JSON.parse(text).error.code])).toEqual([
      [504, "DEADLINE_EXCEEDED"],
    ]);
    expect((await running.get("/metrics")).text).toContain("sentiloop_inference_texts_waiting 0\n");
  });
});

test("a single text is not held up by large requests", async () => {
  await start({});
  let bulkDone = 0;
  const bulk = Array.from({ length: 4 }, () =>
    running.predict(BULK).then(({ status }) => {
      bulkDone += 1;
      return status;
    }),
  );
  await setTimeout(20);
  expect((await running.predict('{"instances":["I am glad."]}')).status).toBe(200);
  expect(bulkDone).toBe(0);
  expect(await Promise.all(bulk)).toEqual([200, 200, 200, 200]);
});

test("work that fails is no longer counted", async () => {
  const counts: number[] = [];
  const queue = new WorkQueue({ maxQueue: 5, deadlineMs: 1000 }, { textsWait: (count) => counts.push(count) });
  await expect(queue.run(5, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await queue.run(5, async () => "fine")).toBe("fine");
  expect(counts).toEqual([5, 0, 5, 0]);
});
