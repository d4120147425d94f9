import { describe, expect, test } from "@jest/globals";
import { calibrate } from "../../inference/training/calibration.js";
import { Random } from "../../inference/training/random.js";

/** Outputs that are right as often as their softmax at a temperature says. */
function outputsOf(temperature: number, rows: number) {
  const random = new Random(5);
  const logits = random.uniform(rows * 7, 3);
  const truths = Array.from({ length: rows }, (_, row) => {
    const weights = [...logits.subarray(row * 7, (row + 1) * 7)].map((logit) => Math.exp(logit / temperature));
    let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
    return weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
  });
  return { logits, truths, neutral: null };
}

describe("calibration", () => {
  test.each([0.5, 1, 2])("finds the temperature %d that the outputs were made with", (temperature) => {
    const found = calibrate(outputsOf(temperature, 3000));
    expect(Math.abs(Math.log(found.temperature / temperature))).toBeLessThan(0.1);
  });

  test("doubts a twentieth of the held-out texts for their confidence, and three of a hundred for their neutrality", () => {
    const outputs = { ...outputsOf(1, 2000), neutral: new Random(9).uniform(2000, 4) };
    const { lowConfidence, neutral, temperature } = calibrate(outputs);
    const confidences = Array.from({ length: 2000 }, (_, row) => {
      const weights = outputs.logits.subarray(row * 7, row * 7 + 7).map((logit) => Math.exp(logit / temperature));
      return Math.max(...weights) / weights.reduce((sum, weight) => sum + weight, 0);
    });
    expect(confidences.filter((confidence) => confidence < lowConfidence)).toHaveLength(100);
    const doubts = outputs.neutral.filter((logit) => 1 / (1 + Math.exp(-logit)) >= (neutral ?? 1));
    expect(doubts).toHaveLength(60);
  });

  test("takes common thresholds when there are too few rows, or keeps those that are given", () => {
    const few = { ...outputsOf(1, 99), neutral: new Float32Array(99) };
    expect(calibrate(few)).toMatchObject({ lowConfidence: 2 / 7, neutral: 0.5 });
    const given = { temperature: 1.2, lowConfidence: 0.31, neutral: null };
    expect(calibrate(few, given)).toBe(given);
    expect(calibrate(outputsOf(1, 100), given)).not.toBe(given);
  });

  test("stays careful with a few rows that are all right", () => {
    const { temperature } = calibrate({ logits: Float32Array.of(5, 0, 0, 0, 0, 0, 0), truths: [0], neutral: null });
    expect(temperature).toBeGreaterThan(0.8);
  });

  test("bears an output that is certain and wrong", () => {
    const { temperature } = calibrate({ logits: Float32Array.of(1e4, 0, 0, 0, 0, 0, 0), truths: [1], neutral: null });
    expect(Number.isFinite(temperature)).toBe(true);
  });
});
