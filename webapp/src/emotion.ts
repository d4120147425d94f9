import type { Emotion } from "./generated/graphql.js";
import { t } from "./i18n.js";

/** The seven emotions, in alphabetical order of their English names: where one stands in a picker never changes. */
export const EMOTIONS: readonly Emotion[] = ["ANGER", "DISGUST", "FEAR", "GUILT", "JOY", "SADNESS", "SHAME"];

/** An emotion as people read it: "Joy". */
export function emotionName(emotion: Emotion): string {
  return t(`emotions.${emotion}`);
}
