import { EMOTIONS } from "@sentiloop/inference/contract";

/** What is sent to the gateway, and what comes back. */
export interface PredictOperation {
  name: string;
  query: string;
  /** Whether the gateway knows it from the start; what it does not know it compiles when it comes again. */
  isTrusted: boolean;
  /** Never the same text twice. */
  isNewEachTime?: boolean;
  /** Of the same shape and size as the gateway's; the raw server writes it. */
  answer: unknown;
}

const PREDICTION = { id: "01KDYAK3SEX7DP7V17XNADW130", emotion: "JOY", confidence: 0.75 };

const QUERY = "mutation Predict($text: String!) { predict(text: $text) { id emotion confidence } }";

const PAGE_QUERY = `mutation Page($text: String!) {
  predict(text: $text) {
    id text emotion confidence probabilities { emotion probability __typename } uncertain uncertaintyReasons truncated
    modelVersion status verifiedEmotion version history { version action emotion __typename } createdAt __typename
  }
}`;

export const TEXT = "I was so relieved when they called to say that my brother was safe and well.";

const PAGE_PREDICTION = {
  ...PREDICTION,
  text: TEXT,
  probabilities: EMOTIONS.map((emotion) => ({
    emotion: emotion.toUpperCase(),
    probability: 0.05,
    __typename: "EmotionProbability",
  })),
  uncertain: false,
  uncertaintyReasons: [],
  truncated: false,
  modelVersion: "v1",
  status: "PENDING",
  verifiedEmotion: null,
  version: 0,
  history: [],
  createdAt: "2026-01-02T03:04:05.678Z",
  __typename: "Prediction",
};

export const PREDICT_OPERATIONS: readonly PredictOperation[] = [
  { name: "three fields, trusted", query: QUERY, isTrusted: true, answer: { data: { predict: PREDICTION } } },
  { name: "three fields, arbitrary", query: `${QUERY} `, isTrusted: false, answer: { data: { predict: PREDICTION } } },
  {
    name: "three fields, new each time",
    query: `${QUERY}  #`,
    isTrusted: false,
    isNewEachTime: true,
    answer: { data: { predict: PREDICTION } },
  },
  {
    name: "all fields of the page, trusted",
    query: PAGE_QUERY,
    isTrusted: true,
    answer: { data: { predict: PAGE_PREDICTION } },
  },
];
