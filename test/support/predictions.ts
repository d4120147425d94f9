import type { Emotion } from "@sentiloop/inference/contract";
import { ulid } from "ulid";
import { FeedbackEvent } from "../../api/src/feedback.js";
import { Prediction } from "../../api/src/prediction.js";

/** A prediction that nobody has judged; `at` is in milliseconds since 1970. */
export function prediction(
  given: { text?: string; emotion?: Emotion; modelVersion?: string; at?: number; confidence?: number } = {},
): Prediction {
  const {
    text = "I passed the exam.",
    emotion = "joy",
    modelVersion = "v1",
    at = Date.now(),
    confidence = 0.7,
  } = given;
  const other = Number(((1 - confidence) / 6).toFixed(9));
  const rest = { anger: other, disgust: other, fear: other, guilt: other, joy: other, sadness: other, shame: other };
  return new Prediction({
    id: ulid(at),
    text,
    classification: {
      emotion,
      probabilities: { ...rest, [emotion]: confidence },
      uncertain: false,
      uncertaintyReasons: [],
      truncated: false,
    },
    modelVersion,
    history: [],
    createdAt: new Date(at),
  });
}

/** The event that makes an emotion the label that holds. */
export function decisionFor(on: Prediction, emotion: Emotion, at = new Date()): FeedbackEvent {
  const action = emotion === on.emotion ? "APPROVE" : "REVISE";
  return new FeedbackEvent({ id: ulid(), version: on.version + 1, action, emotion, actor: "tester", at });
}
