import type { Emotion } from "./generated/graphql.js";

const NAMES: Readonly<Record<Emotion, string>> = {
  ANGER: "Anger",
  DISGUST: "Disgust",
  FEAR: "Fear",
  GUILT: "Guilt",
  JOY: "Joy",
  SADNESS: "Sadness",
  SHAME: "Shame",
};

/** The seven emotions, in alphabetical order: where one stands in a picker never changes. */
export const EMOTIONS = Object.keys(NAMES) as readonly Emotion[];

/** An emotion as people read it: "Joy". */
export function emotionName(emotion: Emotion): string {
  return NAMES[emotion];
}
