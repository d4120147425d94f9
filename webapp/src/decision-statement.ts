import type { Prediction } from "./api.js";
import { emotionName } from "./emotion.js";

const DONE = { PENDING: "pending", APPROVED: "approved", REVISED: "revised" } as const;

/** What is stored of a person's decision, in words: "Joy, approved"; "not judged yet" while there is none. */
export function storedDecision({ status, verifiedEmotion }: Prediction): string {
  return verifiedEmotion ? `${emotionName(verifiedEmotion)}, ${DONE[status]}` : "not judged yet";
}

/** Confirms the last decision in a prediction's history: "Saved: Joy, approved"; empty where there was none. */
export function confirmation(prediction: Prediction): string {
  const last = prediction.history.at(-1);
  if (!last) return "";
  return `${last.action === "UNDO" ? "Undone" : "Saved"}: ${storedDecision(prediction)}`;
}
