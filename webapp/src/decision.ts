import type { Decision, Emotion, Prediction } from "./prediction.js";

/** What holds of a prediction. */
export type Judgement = Pick<Prediction, "status" | "verifiedEmotion">;

/**
 * A prediction as it will stand once a decision is recorded, by the server's own rules.
 * @returns null when the decision changes nothing: the same again, or an undo with nothing left to undo
 */
export function decided(prediction: Prediction, decision: Decision): Prediction | null {
  const standing = standingEmotions(prediction);
  if (decision.action === "UNDO" && standing.length === 0) return null;
  const emotion = decision.action === "UNDO" ? (standing.at(-2) ?? null) : chosen(prediction, decision);
  if (decision.action !== "UNDO" && emotion === prediction.verifiedEmotion) return null;
  const version = prediction.version + 1;
  const event = { version, action: decision.action, emotion, actor: "", at: new Date().toISOString() };
  return {
    ...prediction,
    version,
    verifiedEmotion: emotion,
    status: emotion === null ? "PENDING" : emotion === prediction.emotion ? "APPROVED" : "REVISED",
    history: [...prediction.history, event],
  };
}

/** What a person says who chooses an emotion: to choose what the model said is to agree with it. */
export function choiceOf(emotion: Emotion, { emotion: predicted }: Pick<Prediction, "emotion">): Decision {
  return emotion === predicted ? { action: "APPROVE" } : { action: "REVISE", emotion };
}

/** Whether a decision is left that can be taken back. */
export function canUndo(prediction: Prediction): boolean {
  return standingEmotions(prediction).length > 0;
}

function chosen({ emotion }: Prediction, decision: Exclude<Decision, { action: "UNDO" }>): Emotion {
  return decision.action === "REVISE" ? decision.emotion : emotion;
}

/** The emotions of the decisions that nobody took back, oldest first; the last one holds. */
function standingEmotions({ history }: Prediction): (Emotion | null)[] {
  const standing: (Emotion | null)[] = [];
  for (const { action, emotion } of history) {
    if (action === "UNDO") standing.pop();
    else standing.push(emotion);
  }
  return standing;
}
