export const emotions = {
  ANGER: "Anger",
  DISGUST: "Disgust",
  FEAR: "Fear",
  GUILT: "Guilt",
  JOY: "Joy",
  SADNESS: "Sadness",
  SHAME: "Shame",
} as const;
