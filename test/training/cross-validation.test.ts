import { expect, test } from "@jest/globals";
import { calibrationErrorByChance, reliabilityBins } from "../../inference/training/confidence-metrics.js";
import { crossValidationOf } from "../../inference/training/cross-validation.js";
import type { HeldOut } from "../../inference/training/held-out.js";
import { Random } from "../../inference/training/random.js";

/** Answers of which each names one emotion with certainty, by its index. */
function answers(named: readonly number[], truths: readonly number[]): HeldOut {
  const logits = new Float32Array(named.length * 7);
  named.forEach((emotion, row) => {
    logits[row * 7 + emotion] = 100;
  });
  return { logits, neutral: null, truths };
}

test("without seeds there is nothing to say", () => {
  expect(crossValidationOf([], 1)).toBeNull();
});

test("the accuracy is the mean over the seeds, each over all rows whatever the size of its folds", () => {
  const seeds = [
    [answers([0, 1, 2], [0, 1, 2]), answers([3], [4])],
    [answers([0, 1, 6], [0, 1, 2]), answers([3], [4])],
  ];
  const result = crossValidationOf(seeds, 1);
  expect(result).toMatchObject({ folds: 2, rows: 4, accuracies: [0.75, 0.5], accuracy: 0.625 });
  expect(result?.spread).toBeCloseTo(Math.sqrt(2 * 0.125 ** 2));
  expect(result?.standardError).toBeCloseTo(Math.sqrt((0.625 * 0.375) / 4));
  expect(result?.expectedCalibrationError).toBeCloseTo(0.375);
});

test("one seed has no spread", () => {
  expect(crossValidationOf([[answers([0], [0])]], 1)?.spread).toBeNull();
});

test("the calibration error by chance is what a perfectly calibrated model shows on average", () => {
  const random = new Random(1);
  const errors = Array.from({ length: 200 }, () => {
    const drawn = Array.from({ length: 700 }, () => ({ confidence: 0.3 + 0.7 * random.next(), random: random.next() }));
    const judged = drawn.map(({ confidence, random }) => ({
      truth: "joy" as const,
      probabilities: { anger: 0, disgust: 0, fear: 0, guilt: 0, joy: confidence, sadness: 0, shame: 0 },
      confidence,
      right: random < confidence,
    }));
    const bins = reliabilityBins(judged);
    const filled = bins.filter(({ rows }) => rows > 0);
    const error = filled.reduce((sum, bin) => sum + bin.rows * Math.abs(bin.confidence - bin.accuracy), 0) / 700;
    return { error, byChance: calibrationErrorByChance(bins) };
  });
  const mean = (of: (each: (typeof errors)[number]) => number) => errors.reduce((sum, each) => sum + of(each), 0) / 200;
  expect(mean(({ byChance }) => byChance) / mean(({ error }) => error)).toBeCloseTo(1, 1);
});
