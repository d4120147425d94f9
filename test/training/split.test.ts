import { describe, expect, test } from "@jest/globals";
import { EMOTIONS, type LabelledText } from "@sentiloop/inference/contract";
import { normalisedText } from "../../inference/training/dataset-file.js";
import { Random } from "../../inference/training/random.js";
import { splitRows } from "../../inference/training/split.js";
import { madeUpRows } from "./made-up-dataset.js";

function count(rows: LabelledText[], emotion: string): number {
  return rows.filter((row) => row.emotion === emotion).length;
}

describe("splitting without a test file", () => {
  const { training, calibration, test: measured } = splitRows(madeUpRows(100), new Random(0));

  test("holds out a tenth to measure and a twentieth of the rest to calibrate", () => {
    expect(measured).toHaveLength(70);
    expect(Math.abs(calibration.length - 630 / 20)).toBeLessThan(1);
    expect(training.length + calibration.length).toBe(630);
  });

  test("takes every emotion alike", () => {
    expect(EMOTIONS.map((emotion) => count(measured, emotion))).toEqual([10, 10, 10, 10, 10, 10, 10]);
  });
});

test("rows of one text are never divided, though they are written differently", () => {
  const twice = madeUpRows(30).flatMap((row) => [row, { ...row, text: `${row.text.toUpperCase()} !` }]);
  const { training, calibration, test: measured } = splitRows(twice, new Random(0));
  const parts = [training, calibration, measured].map((rows) => new Set(rows.map(({ text }) => normalisedText(text))));
  expect(new Set(parts.flatMap((part) => [...part])).size).toBe(parts.reduce((sum, part) => sum + part.size, 0));
});

test("a text of marks alone is not the same as any other", () => {
  expect(normalisedText("🙂")).not.toBe(normalisedText("🙁"));
});

test("data of one emotion only is refused", () => {
  const joy = madeUpRows(40).filter(({ emotion }) => emotion === "joy");
  expect(() => splitRows(joy, new Random(0))).toThrow("40 different texts of 1 emotions");
});
