import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../inference/training/backend.js";
import { lossOf } from "../../inference/training/loss.js";
import { RECIPE } from "../../inference/training/recipe.js";

const PLAIN = { ...RECIPE, labelSmoothing: 0, halfWeight: 0, agreementWeight: 0 };
const ANGER = Float32Array.of(1, 0, 0, 0, 0, 0, 0);
const none = [0, 0, 0, 0, 0, 0, 0];
const forAnger = [2, 0, 0, 0, 0, 0, 0];

beforeAll(async () => {
  await startBackend();
});

/** The loss of one example that two passes gave these outputs for. */
function loss(first: number[], second: number[], recipe: Partial<typeof PLAIN>, wide = [none, none]): number {
  const halves = { deep: tf.tensor2d([first, second]), wide: tf.tensor2d(wide) };
  return lossOf(halves, [ANGER, ANGER], { ...PLAIN, ...recipe }).dataSync()[0] ?? Number.NaN;
}

describe("the loss", () => {
  test("of an answer that says nothing is log 7", () => {
    expect(loss(none, none, {})).toBeCloseTo(Math.log(7), 5);
  });

  test("is that of the sum of both halves", () => {
    expect(loss(none, none, {}, [forAnger, forAnger])).toBeCloseTo(loss(forAnger, forAnger, {}), 5);
  });

  test("grows by that of each half alone, so that neither can leave the work to the other", () => {
    expect(loss(forAnger, forAnger, { halfWeight: 1 })).toBeCloseTo(2 * loss(forAnger, forAnger, {}) + Math.log(7), 5);
  });

  test("grows when two passes disagree, and does not when they agree", () => {
    expect(loss(forAnger, forAnger, { agreementWeight: 5 })).toBeCloseTo(loss(forAnger, forAnger, {}), 5);
    expect(loss(forAnger, none, { agreementWeight: 5 })).toBeGreaterThan(loss(forAnger, none, {}) + 0.1);
  });

  test("punishes certainty when labels are smoothed", () => {
    const certain = [50, 0, 0, 0, 0, 0, 0];
    expect(loss(certain, certain, {})).toBeCloseTo(0, 5);
    expect(loss(certain, certain, { labelSmoothing: 0.1 })).toBeGreaterThan(3);
  });
});
