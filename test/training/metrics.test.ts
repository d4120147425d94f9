import { expect, test } from "@jest/globals";
import { EMOTIONS, type Emotion } from "@sentiloop/inference/contract";
import { assertAgreement } from "../../inference/training/engine-agreement.js";
import { evaluateAll } from "../../inference/training/metrics.js";

function answer(emotion: Emotion, confidence: number) {
  const entries = EMOTIONS.map((each) => [each, each === emotion ? confidence : (1 - confidence) / 6]);
  const probabilities = Object.fromEntries(entries) as Record<Emotion, number>;
  return { emotion, probabilities, uncertain: false, uncertaintyReasons: [] };
}

function rows(...emotions: Emotion[]) {
  return emotions.map((emotion) => ({ text: "any", emotion }));
}

// Worked out by hand: joy has precision 1/2 and recall 1, fear 1 and 1/2.
const truths = rows("joy", "fear", "fear");
const answers = [answer("joy", 0.9), answer("joy", 0.5), answer("fear", 0.7)];

test("accuracy, macro-F1 and the confusion matrix are those of a worked example", () => {
  const { accuracy, macroF1, confusion, testRows } = evaluateAll(truths, answers);
  expect(accuracy).toBeCloseTo(2 / 3);
  expect(macroF1).toBeCloseTo(2 / 3);
  expect(confusion.fear).toMatchObject({ joy: 1, fear: 1 });
  expect(testRows).toBe(3);
});

test("the calibration error is the mean distance of confidence from rightness", () => {
  expect(evaluateAll(truths, answers).expectedCalibrationError).toBeCloseTo((0.1 + 0.5 + 0.3) / 3);
});

test("certain and right answers have no calibration error", () => {
  expect(evaluateAll(rows("joy"), [answer("joy", 1)]).expectedCalibrationError).toBe(0);
});

test("the confidence interval is Wilson's and stays between 0 and 1", () => {
  const [low, high] = evaluateAll(rows("joy"), [answer("joy", 1)]).accuracyInterval;
  expect(low).toBeCloseTo(0.2065, 4);
  expect(high).toBe(1);
});

test("engines that differ too much are refused, and the difference is named", () => {
  expect(assertAgreement([answer("joy", 0.5)], [answer("joy", 0.500001)])).toBeCloseTo(1e-6, 8);
  expect(() => assertAgreement([answer("joy", 0.5)], [answer("joy", 0.51)])).toThrow(/differs by 0\.01/);
  expect(() => assertAgreement([answer("joy", 0.5)], [])).toThrow(/differs by NaN/);
});
