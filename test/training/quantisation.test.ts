import { expect, test } from "@jest/globals";
import { dequantised, quantised } from "../../inference/training/quantisation.js";
import { Random } from "../../inference/training/random.js";

const table = new Random(3).uniform(40 * 7, 2);

test("a table of bytes is off by half a step of its row at most", () => {
  const { values, scales } = quantised(table, 7);
  const back = dequantised({ values, scales });
  const errors = [...table].map((value, i) => Math.abs(value - (back[i] ?? 0)) / (scales[Math.floor(i / 7)] ?? 0));
  expect(Math.max(...errors)).toBeLessThanOrEqual(0.5 + 1e-4);
});

test("rounding what was rounded changes nothing", () => {
  const once = dequantised(quantised(table, 7));
  const twice = dequantised(quantised(once, 7));
  expect(Math.max(...once.map((value, i) => Math.abs(value - (twice[i] ?? 0))))).toBeLessThan(1e-6);
});

test("a row of zeros stays one", () => {
  expect([...dequantised(quantised(new Float32Array(7), 7))]).toEqual([0, 0, 0, 0, 0, 0, 0]);
});
