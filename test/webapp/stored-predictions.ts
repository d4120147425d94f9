import { GraphQLError } from "graphql";
import { EMOTIONS } from "../../webapp/src/emotion.js";
import type { Emotion, Prediction, PredictionStatus } from "../../webapp/src/prediction.js";

const CREATED = "2026-01-01T00:00:00.000Z";

type Judgement = Pick<Prediction, "status" | "verifiedEmotion">;

interface Stored extends Omit<Prediction, "history"> {
  history: Prediction["history"];
  /** What held before each decision, oldest first. */
  before: Judgement[];
  explanation: { token: string; start: number; end: number; weight: number }[];
}

/** Arguments of a decision, as the contract names them. */
interface DecisionArguments {
  predictionId: string;
  expectedVersion: number;
}

/** Predictions in memory, with the contract's rules on keys and versions. A text is judged by the emotion it names. */
export class StoredPredictions {
  readonly all: Stored[] = [];
  readonly #keys = new Map<string, Stored>();

  predict = ({ text, idempotencyKey }: { text: string; idempotencyKey: string }): Stored => {
    const known = this.#keys.get(idempotencyKey);
    const prediction = known ?? this.add(text);
    this.#keys.set(idempotencyKey, prediction);
    return prediction;
  };

  add(text: string): Stored {
    const emotion = EMOTIONS.find((name) => text.toUpperCase().includes(name)) ?? "JOY";
    const probabilities = EMOTIONS.map((each) => ({ emotion: each, probability: each === emotion ? 0.7 : 0.05 })).sort(
      (a, b) => b.probability - a.probability,
    );
    const prediction: Stored = {
      id: `01TEST${String(this.all.length).padStart(4, "0")}`,
      text,
      emotion,
      confidence: 0.7,
      probabilities,
      uncertain: false,
      uncertaintyReasons: [],
      truncated: false,
      modelVersion: "test",
      status: "PENDING",
      verifiedEmotion: null,
      version: 0,
      history: [],
      before: [],
      explanation: explanationOf(text, emotion),
      createdAt: CREATED,
    };
    this.all.unshift(prediction);
    return prediction;
  }

  approve = (decision: DecisionArguments): Stored =>
    this.#decide(decision, "APPROVED", this.find(decision.predictionId).emotion);

  revise = (decision: DecisionArguments & { emotion: Emotion }): Stored =>
    this.#decide(decision, "REVISED", decision.emotion);

  undo = ({ predictionId, expectedVersion }: DecisionArguments): Stored => {
    const prediction = this.find(predictionId);
    checkVersion(prediction, expectedVersion);
    const before = prediction.before.pop() ?? { status: "PENDING", verifiedEmotion: null };
    return record(Object.assign(prediction, before), "UNDO");
  };

  find(id: string): Stored {
    const prediction = this.all.find((each) => each.id === id);
    if (!prediction) throw new GraphQLError(`There is no prediction ${id}.`, { extensions: { code: "NOT_FOUND" } });
    return prediction;
  }

  #decide(
    { predictionId, expectedVersion }: DecisionArguments,
    status: PredictionStatus,
    verifiedEmotion: Emotion,
  ): Stored {
    const prediction = this.find(predictionId);
    if (prediction.status === status && prediction.verifiedEmotion === verifiedEmotion) return prediction;
    checkVersion(prediction, expectedVersion);
    prediction.before.push({ status: prediction.status, verifiedEmotion: prediction.verifiedEmotion });
    return record(Object.assign(prediction, { status, verifiedEmotion }), status === "APPROVED" ? "APPROVE" : "REVISE");
  }
}

/** The word that names the emotion speaks for it, the first word a little against it. */
function explanationOf(text: string, emotion: Emotion): Stored["explanation"] {
  return [...text.matchAll(/\p{L}+/gu)].map(({ 0: token, index }) => {
    const weight = token.toUpperCase() === emotion ? 0.5 : index === 0 ? -0.2 : 0;
    return { token, start: index, end: index + token.length, weight };
  });
}

function record(prediction: Stored, action: "APPROVE" | "REVISE" | "UNDO"): Stored {
  prediction.version += 1;
  prediction.history.push({
    version: prediction.version,
    action,
    emotion: prediction.verifiedEmotion,
    actor: "somebody",
    at: CREATED,
  });
  return prediction;
}

function checkVersion({ version }: Stored, expected: number): void {
  if (version === expected) return;
  const message = `The prediction is at version ${version}, not ${expected}.`;
  throw new GraphQLError(message, { extensions: { code: "CONFLICT", currentVersion: version } });
}
