import type { Model } from "./composables/useModels.js";

type Measured = Pick<Model, "metrics">;

/** How many standard errors of a difference chance reaches in one of twenty cases. */
const CHANCE = 1.96;

/** The standard error of a model's accuracy, 0 to 1: of a share p over n rows it is √(p(1 − p) / n). */
export function standardError({ metrics: { accuracy, testRows } }: Measured): number {
  return testRows > 0 ? Math.sqrt((accuracy * (1 - accuracy)) / testRows) : 0;
}

/** Whether the accuracies of two models may differ by chance alone. Careful where both met the same rows. */
export function mayBeChance(one: Measured, other: Measured): boolean {
  const difference = Math.abs(one.metrics.accuracy - other.metrics.accuracy);
  return difference < CHANCE * Math.hypot(standardError(one), standardError(other));
}
