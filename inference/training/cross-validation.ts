import { EMOTIONS, type Emotion } from "../contract/index.js";
import { expectedCalibrationError, reliabilityBins } from "./confidence-metrics.js";
import { type HeldOut, heldOutRows } from "./held-out.js";
import { softmax } from "./softmax.js";

/** What came of a cross-validation: for each seed, every training row was answered by a network that had not learned from it. */
export interface CrossValidation {
  folds: number;
  rows: number;
  /** The share of right answers over all rows, by seed. */
  accuracies: number[];
  /** Their mean. */
  accuracy: number;
  /** Their standard deviation: what chance in training does; null with one seed. */
  spread: number | null;
  /** Of the accuracy, from the number of rows: how much it would differ on other rows of the same kind. */
  standardError: number;
  /** The mean over the seeds of the expected calibration error (15 bins), with the temperature of the version. */
  expectedCalibrationError: number;
}

/** @param bySeed what the networks said of the rows that they had not learned from, by seed, fold by fold */
export function crossValidationOf(
  bySeed: readonly (readonly HeldOut[])[],
  temperature: number,
): CrossValidation | null {
  const [first] = bySeed;
  if (first === undefined) return null;
  const answers = bySeed.map((folds) => folds.flatMap((fold) => judged(fold, temperature)));
  const accuracies = answers.map((rows) => mean(rows.map(({ right }) => Number(right))));
  const rows = answers[0]?.length ?? 0;
  const accuracy = mean(accuracies);
  return {
    folds: first.length,
    rows,
    accuracies,
    accuracy,
    spread: accuracies.length > 1 ? standardDeviation(accuracies) : null,
    standardError: Math.sqrt((accuracy * (1 - accuracy)) / rows),
    expectedCalibrationError: mean(answers.map((rows) => expectedCalibrationError(reliabilityBins(rows)))),
  };
}

function judged(fold: HeldOut, temperature: number) {
  return heldOutRows(fold).map(({ logits, truth }) => {
    const shares = softmax(logits, temperature);
    const confidence = Math.max(...shares);
    const probabilities = Object.fromEntries(EMOTIONS.map((emotion, i) => [emotion, shares[i]]));
    return {
      truth: EMOTIONS[truth] as Emotion,
      probabilities: probabilities as Record<Emotion, number>,
      confidence,
      right: shares[truth] === confidence,
    };
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a sample: divided by one less than their number. */
function standardDeviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}
