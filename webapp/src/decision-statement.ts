import { emotionName } from "./emotion.js";
import { t } from "./i18n.js";
import type { Prediction } from "./prediction.js";

type Judgement = Pick<Prediction, "status" | "verifiedEmotion">;

/** A person's decision in words: "Joy, approved"; "not judged yet" while there is none. */
export function storedDecision({ status, verifiedEmotion }: Judgement): string {
  if (verifiedEmotion === null || status === "PENDING") return t("decision.storedPENDING");
  return t(`decision.stored${status}`, { emotion: emotionName(verifiedEmotion) });
}

/** Confirms the last decision in a prediction's history: "Saved: Joy, approved"; empty where there was none. */
export function confirmation(prediction: Prediction): string {
  const last = prediction.history.at(-1);
  if (!last) return "";
  return t(last.action === "UNDO" ? "decision.undone" : "decision.saved", { decision: storedDecision(prediction) });
}
