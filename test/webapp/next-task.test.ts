import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { nextPicture } from "../../webapp/src/next-task.js";

/** Pictures as the browser asks for them; none comes unless a test lets it. */
let draw: FrameRequestCallback[] = [];

beforeEach(() => {
  jest.useFakeTimers();
  draw = [];
  globalThis.requestAnimationFrame = (callback) => draw.push(callback);
});
afterEach(() => {
  jest.useRealTimers();
  Reflect.deleteProperty(globalThis, "requestAnimationFrame");
});

async function isOver(waiting: Promise<void>, milliseconds: number): Promise<boolean> {
  let over = false;
  void waiting.then(() => {
    over = true;
  });
  await jest.advanceTimersByTimeAsync(milliseconds);
  return over;
}

test("what waits for a picture goes on in a task after it", async () => {
  const waiting = nextPicture();
  expect(await isOver(waiting, 50)).toBe(false);
  draw[0]?.(0);
  expect(await isOver(waiting, 0)).toBe(true);
});

test("what waits for a picture goes on in the background too, where none is drawn", async () => {
  expect(await isOver(nextPicture(), 1000)).toBe(true);
  expect(draw).toHaveLength(1);
});
