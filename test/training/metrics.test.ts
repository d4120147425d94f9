import { expect, test } from "@jest/globals";
import { type Classification, EMOTIONS, type Emotion } from "@sentiloop/inference/contract";
import { assertAgreement } from "../../inference/training/engine-agreement.js";
import { evaluateAll } from "../../inference/training/metrics.js";
import { worstErrors } from "../../inference/training/worst-errors.js";

function answer(emotion: Emotion, confidence: number): Classification {
  const entries = EMOTIONS.map((each) => [each, each === emotion ? confidence : (1 - confidence) / 6]);
  const probabilities = Object.fromEntries(entries) as Record<Emotion, number>;
  return { emotion, probabilities, uncertain: false, uncertaintyReasons: [], truncated: false };
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

test("the standard error is that of a share", () => {
  expect(evaluateAll(truths, answers).standardError).toBeCloseTo(Math.sqrt((2 / 3) * (1 / 3) * (1 / 3)));
});

test("the log likelihood and the Brier score are those of a worked example", () => {
  const { negativeLogLikelihood, brierScore } = evaluateAll(rows("joy", "fear"), [
    answer("joy", 0.4),
    answer("joy", 0.4),
  ]);
  expect(negativeLogLikelihood).toBeCloseTo(-(Math.log(0.4) + Math.log(0.1)) / 2);
  const right = 0.6 ** 2 + 6 * 0.1 ** 2;
  const wrong = 0.4 ** 2 + 0.9 ** 2 + 5 * 0.1 ** 2;
  expect(brierScore).toBeCloseTo((right + wrong) / 2);
});

test("an emotion held for impossible that is true costs much, but not infinitely much", () => {
  expect(evaluateAll(rows("fear"), [answer("joy", 1)]).negativeLogLikelihood).toBeCloseTo(12 * Math.log(10));
});

test("reliability has 15 bins; a bin without answers has no accuracy", () => {
  const { reliability } = evaluateAll(truths, answers);
  expect(reliability).toHaveLength(15);
  expect(reliability.map((bin) => bin.rows)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0]);
  expect(reliability[7]).toMatchObject({ rows: 1, confidence: 0.5, accuracy: 0 });
  expect(reliability[0]?.accuracy).toBeNaN();
  expect(evaluateAll(rows("joy"), [answer("joy", 1)]).reliability[14]?.rows).toBe(1);
});

test("the coverage curve answers the most confident rows first and ends with all of them", () => {
  const { coverage, accuracy } = evaluateAll(truths, answers);
  expect(coverage.map((point) => [point.rows, point.accuracy, point.confidence])).toEqual([
    [1, 1, 0.9],
    [2, 1, 0.7],
    [3, 2 / 3, 0.5],
  ]);
  expect(coverage.at(-1)).toMatchObject({ coverage: 1, accuracy });
});

test("marks of uncertainty are counted by their reason, and a text with two of them once", () => {
  const marked: Classification = {
    ...answer("joy", 0.4),
    uncertain: true,
    uncertaintyReasons: ["LOW_CONFIDENCE", "NEUTRAL_TEXT"],
  };
  const { uncertainty } = evaluateAll(rows("joy", "joy"), [marked, answer("joy", 0.9)]);
  expect(uncertainty).toEqual({ share: 0.5, byReason: { NO_KNOWN_WORDS: 0, LOW_CONFIDENCE: 0.5, NEUTRAL_TEXT: 0.5 } });
});

test("the worst errors are the wrong answers, the most confident first", () => {
  const placed = truths.map((row, index) => ({ ...row, line: index + 2 }));
  const found = worstErrors(placed, [answer("fear", 0.4), answer("joy", 0.8), answer("fear", 0.9)]);
  expect(found).toEqual([
    { text: "any", truth: "fear", emotion: "joy", confidence: 0.8, line: 3 },
    { text: "any", truth: "joy", emotion: "fear", confidence: 0.4, line: 2 },
  ]);
  expect(worstErrors(placed, [answer("fear", 0.4), answer("joy", 0.8), answer("fear", 0.9)], 1)).toHaveLength(1);
});

test("engines that differ too much are refused, and the difference is named", () => {
  expect(assertAgreement([answer("joy", 0.5)], [answer("joy", 0.500001)])).toBeCloseTo(1e-6, 8);
  expect(() => assertAgreement([answer("joy", 0.5)], [answer("joy", 0.51)])).toThrow(/differs by 0\.01/);
  expect(() => assertAgreement([answer("joy", 0.5)], [])).toThrow(/differs by NaN/);
});
