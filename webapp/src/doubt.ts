import { t } from "./i18n.js";
import type { Prediction } from "./prediction.js";

type Doubtful = Pick<Prediction, "uncertaintyReasons">;

/** Whether the model takes a text for one without an emotion. */
export function seemsNeutral({ uncertaintyReasons }: Doubtful): boolean {
  return uncertaintyReasons.includes("NEUTRAL_TEXT");
}

/** What stands in an emotion's place where none is to be relied on. */
export function doubtHeading(prediction: Doubtful): string {
  return t(seemsNeutral(prediction) ? "predict.seemsNeutral" : "predict.notSure");
}

/** Why an answer is not to be relied on, one sentence a reason. */
export function doubts({ uncertaintyReasons }: Doubtful): string[] {
  return uncertaintyReasons.map((reason) => t(`predict.doubt${reason}`));
}
