import type { Messages } from "../messages.js";

export const emotions: Messages["emotions"] = {
  ANGER: "Colère",
  DISGUST: "Dégoût",
  FEAR: "Peur",
  GUILT: "Culpabilité",
  JOY: "Joie",
  SADNESS: "Tristesse",
  SHAME: "Honte",
};
