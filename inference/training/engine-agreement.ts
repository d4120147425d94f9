import { type Classification, EMOTIONS } from "../contract/index.js";
import { ModelError } from "../src/model-error.js";

/** The most that two engines' probabilities may differ by for a version to be published. */
export const TOLERANCE = 1e-5;

/**
 * The largest difference between the probabilities that two engines gave for the same texts.
 * @throws ModelError when it is not under `TOLERANCE`
 */
export function assertAgreement(first: readonly Classification[], second: readonly Classification[]): number {
  const differences = first.flatMap(({ probabilities }, row) => {
    return EMOTIONS.map((emotion) =>
      Math.abs(probabilities[emotion] - (second[row]?.probabilities[emotion] ?? Number.NaN)),
    );
  });
  const largest = differences.reduce((max, difference) => (difference <= max ? max : difference), 0);
  if (largest < TOLERANCE) return largest;
  throw new ModelError(
    `The written network does not compute what was trained: a probability differs by ${largest}, allowed is ${TOLERANCE}. Nothing was published.`,
  );
}
