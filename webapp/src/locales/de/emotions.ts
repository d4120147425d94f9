import type { Messages } from "../messages.js";

export const emotions: Messages["emotions"] = {
  ANGER: "Wut",
  DISGUST: "Ekel",
  FEAR: "Angst",
  GUILT: "Schuld",
  JOY: "Freude",
  SADNESS: "Traurigkeit",
  SHAME: "Scham",
};
