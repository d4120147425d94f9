import { describe, expect, test } from "@jest/globals";
import { mayBeChance, standardError } from "../../webapp/src/accuracy-comparison.js";
import {
  agreementByDay,
  type ConfusionCell,
  classMeasures,
  interval,
  type JudgedPrediction,
  reliability,
} from "../../webapp/src/feedback-measures.js";

const confusion: ConfusionCell[] = [
  { predicted: "JOY", verified: "JOY", count: 6 },
  { predicted: "JOY", verified: "SADNESS", count: 2 },
  { predicted: "SADNESS", verified: "SADNESS", count: 3 },
  { predicted: "FEAR", verified: "JOY", count: 1 },
];
const measuresOf = (emotion: string) => classMeasures(confusion).find((each) => each.emotion === emotion);

describe("the measures of an emotion", () => {
  test("are the share of its predictions that people agreed with, and of its texts that were found", () => {
    expect(measuresOf("JOY")).toMatchObject({ predicted: 8, verified: 7, precision: 0.75, recall: 6 / 7 });
    expect(measuresOf("SADNESS")).toMatchObject({ precision: 1, recall: 0.6 });
  });

  test("are unknown where nothing was judged", () => {
    expect(measuresOf("FEAR")).toMatchObject({ precision: 0, recall: null });
    expect(measuresOf("ANGER")).toMatchObject({ precision: null, recall: null });
  });
});

describe("an interval", () => {
  test("is the published one of Wilson's score", () => {
    const { low, high } = interval({ agreed: 81, count: 263 });
    expect(low).toBeCloseTo(0.2553, 3);
    expect(high).toBeCloseTo(0.3662, 3);
  });

  test("stays between nothing and everything", () => {
    expect(interval({ agreed: 0, count: 3 }).low).toBe(0);
    expect(interval({ agreed: 3, count: 3 }).high).toBe(1);
    expect(interval({ agreed: 0, count: 0 })).toEqual({ low: 0, high: 1 });
  });
});

const judged = (confidence: number, status: JudgedPrediction["status"], day = 1): JudgedPrediction => ({
  confidence,
  status,
  verifiedAt: new Date(2026, 0, day, 12).toISOString(),
});

test("reliability groups by tenths of confidence, full confidence included", () => {
  const bins = reliability([judged(0.52, "APPROVED"), judged(0.58, "REVISED"), judged(1, "APPROVED")]);
  expect(bins).toMatchObject([
    { from: 0.5, count: 2, agreed: 1, share: 0.5 },
    { from: 0.9, count: 1, agreed: 1, share: 1 },
  ]);
  expect(bins[0]?.confidence).toBeCloseTo(0.55);
});

test("agreement is told by day, the earliest first", () => {
  const days = agreementByDay([judged(0.5, "APPROVED", 3), judged(0.5, "REVISED", 1), judged(0.5, "APPROVED", 1)]);
  expect(days).toMatchObject([
    { day: new Date(2026, 0, 1).toISOString(), count: 2, share: 0.5 },
    { day: new Date(2026, 0, 3).toISOString(), count: 1, share: 1 },
  ]);
});

describe("two accuracies", () => {
  const model = (accuracy: number, testRows: number) => ({
    metrics: { accuracy, macroF1: 0, expectedCalibrationError: 0, testRows, confusion: null },
  });

  test("differ by chance while their errors are as large", () => {
    expect(standardError(model(0.6453, 719))).toBeCloseTo(0.0178, 4);
    expect(mayBeChance(model(0.6453, 719), model(0.66, 719))).toBe(true);
    expect(mayBeChance(model(0.6453, 719), model(0.72, 719))).toBe(false);
    expect(mayBeChance(model(0.6453, 100_000), model(0.66, 100_000))).toBe(false);
  });
});
