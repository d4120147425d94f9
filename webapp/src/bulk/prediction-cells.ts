import { EMOTIONS } from "../emotion.js";
import type { PredictManyMutation } from "../generated/graphql.js";

export type BulkPrediction = NonNullable<PredictManyMutation["predictMany"][number]["prediction"]>;

/** As in an export. */
const DECIMALS = 6;

/** The names of the cells of a prediction. "label" and not "emotion": nobody has verified it, so nothing may learn from it. */
export const PREDICTION_CELLS: readonly string[] = [
  "label",
  "confidence",
  ...EMOTIONS.map((emotion) => `p_${emotion.toLowerCase()}`),
  "id",
];

/** A prediction as cells of a CSV. */
export function predictionCells({ id, emotion, confidence, probabilities }: BulkPrediction): readonly string[] {
  const probabilityOf = (wanted: string) => probabilities.find((each) => each.emotion === wanted)?.probability ?? 0;
  const all = EMOTIONS.map((each) => probabilityOf(each).toFixed(DECIMALS));
  return [emotion.toLowerCase(), confidence.toFixed(DECIMALS), ...all, id];
}
