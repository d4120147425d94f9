import type { Emotion, ExplanationQuery, ShownPredictionFragment } from "./generated/graphql.js";

/** What a person says of a prediction. */
export type Decision =
  | { readonly action: "APPROVE" }
  | { readonly action: "REVISE"; readonly emotion: Emotion }
  | { readonly action: "UNDO" };

export type { Emotion, PredictionStatus, UncertaintyReason } from "./generated/graphql.js";
/** A prediction as the page shows it. Nothing changes it: a later state of it is another object with the same id. */
export type Prediction = ShownPredictionFragment;
export type Explanation = NonNullable<ExplanationQuery["prediction"]>["explanation"];
