import type { Prediction, UncertaintyReason } from "./api.js";

const REASONS: Readonly<Record<UncertaintyReason, string>> = {
  NEUTRAL_TEXT: "It reads like plain fact and seems to carry none of the seven emotions.",
  LOW_CONFIDENCE: "No emotion stands out clearly enough from the others.",
  NO_KNOWN_WORDS: "The model knows none of these words, so it can only guess.",
};

/** Said of a text whose end did not count. */
export const TRUNCATED = "The text is longer than the model can read. Only its beginning counted.";

/** What to do about a text that none of the seven emotions fits. */
export const LEAVE_UNJUDGED = "If none of the seven fits, decide nothing: the model then learns nothing from it.";

/** Whether the model takes a text for one without an emotion. */
export function seemsNeutral({ uncertaintyReasons }: Pick<Prediction, "uncertaintyReasons">): boolean {
  return uncertaintyReasons.includes("NEUTRAL_TEXT");
}

/** What stands in an emotion's place where none is to be relied on. */
export function doubtHeading(prediction: Pick<Prediction, "uncertaintyReasons">): string {
  return seemsNeutral(prediction) ? "Seems neutral" : "Not sure";
}

/** Why an answer is not to be relied on, one sentence a reason. */
export function doubts({ uncertaintyReasons }: Pick<Prediction, "uncertaintyReasons">): string[] {
  return uncertaintyReasons.map((reason) => REASONS[reason]);
}
