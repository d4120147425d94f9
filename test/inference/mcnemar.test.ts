import { expect, test } from "@jest/globals";
import { mcnemarExact } from "../../inference/src/mcnemar.js";

test.each([
  [0, 0, 1],
  [1, 0, 1],
  [5, 0, 0.0625],
  [0, 5, 0.0625],
  // Two-sided binomial tests with share ½: 2 · (1 + 10 + 45) / 1024, and of R's binom.test(40, 100).
  [2, 8, 0.109375],
  [40, 60, 0.05688793],
  [50, 50, 1],
])("%d against %d rows gives p = %d", (onlyFirst, onlySecond, p) => {
  expect(mcnemarExact(onlyFirst, onlySecond)).toBeCloseTo(p, 7);
});

test("stays exact where powers of ½ would vanish", () => {
  expect(mcnemarExact(1500, 1500)).toBe(1);
  expect(mcnemarExact(1400, 1600)).toBeCloseTo(0.000278564, 8);
});
