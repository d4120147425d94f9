import { setTimeout } from "node:timers/promises";
import type { Emotion } from "@sentiloop/inference/contract";
import { ulid } from "ulid";
import { badUserInput, conflict, notFound } from "./errors.js";
import { type FeedbackEvent, standingDecisions } from "./feedback.js";
import type { Prediction } from "./prediction.js";
import type { PredictionStore } from "./prediction-store.js";

/** What a person asks for. Without `expectedVersion` the last decision wins. */
export interface FeedbackRequest {
  predictionId: string;
  expectedVersion?: number | undefined;
  actor: string;
}

/** A prediction's item must stay under DynamoDB's 400 KB, so its history is bounded. */
export const MAX_HISTORY = 1000;

/** Between attempts to append behind decisions of others, in milliseconds. */
const MAX_PAUSE = 40;
const MAX_ATTEMPTS = 100;

/** Records what people decide about predictions: one linear history each, every acknowledged decision in it. */
export class FeedbackService {
  constructor(private readonly store: PredictionStore) {}

  /** Agrees with the model. */
  approve(request: FeedbackRequest): Promise<Prediction> {
    return this.record(request, (prediction) => new LabelDecision(prediction, prediction.emotion));
  }

  /** Chooses an emotion; the predicted one is an approval. */
  revise(request: FeedbackRequest & { emotion: Emotion }): Promise<Prediction> {
    return this.record(request, (prediction) => new LabelDecision(prediction, request.emotion));
  }

  /** Takes the latest standing decision back. */
  undo(request: FeedbackRequest): Promise<Prediction> {
    return this.record(request, (prediction) => new UndoDecision(prediction, request.expectedVersion));
  }

  private async record(request: FeedbackRequest, decide: (on: Prediction) => Decision): Promise<Prediction> {
    const id = ulid();
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const prediction = await this.store.find(request.predictionId);
      if (prediction === undefined) throw notFound("prediction", request.predictionId);
      // A lost answer of the database makes its client write again: our event may be stored already.
      if (prediction.history.some((event) => event.id === id)) return prediction;
      const decision = decide(prediction);
      if (decision.isRecorded()) return prediction;
      refuseStale(prediction, request.expectedVersion);
      refuseFull(prediction);
      const event = { ...decision.step(), id, version: prediction.version + 1, actor: request.actor, at: new Date() };
      if (await this.store.append(prediction, event)) return prediction.with(event);
      await setTimeout(Math.random() * MAX_PAUSE);
    }
    throw conflict("Others keep deciding on this prediction. Look at it again, then decide.");
  }
}

/** What a decision does to a prediction as it stands. */
interface Decision {
  /** Whether it was recorded before and still holds: a retry is harmless and makes no new event. */
  isRecorded(): boolean;
  step(): Pick<FeedbackEvent, "action" | "emotion">;
}

class LabelDecision implements Decision {
  constructor(
    private readonly prediction: Prediction,
    private readonly emotion: Emotion,
  ) {}

  isRecorded(): boolean {
    return this.prediction.verifiedEmotion === this.emotion;
  }

  step(): Pick<FeedbackEvent, "action" | "emotion"> {
    return { action: this.emotion === this.prediction.emotion ? "APPROVE" : "REVISE", emotion: this.emotion };
  }
}

class UndoDecision implements Decision {
  constructor(
    private readonly prediction: Prediction,
    private readonly expectedVersion: number | undefined,
  ) {}

  isRecorded(): boolean {
    const last = this.prediction.history.at(-1);
    return last?.action === "UNDO" && last.version - 1 === this.expectedVersion;
  }

  step(): Pick<FeedbackEvent, "action" | "emotion"> {
    const standing = standingDecisions(this.prediction.history);
    if (standing.length === 0) {
      throw badUserInput("predictionId", "Nothing is left to undo: no decision on this prediction stands.");
    }
    return { action: "UNDO", emotion: standing.at(-2)?.emotion ?? null };
  }
}

function refuseStale(prediction: Prediction, expectedVersion: number | undefined): void {
  if (expectedVersion === undefined || expectedVersion === prediction.version) return;
  throw conflict(
    `The prediction is at version ${prediction.version}, not ${expectedVersion}: somebody decided in between. Look at it again, then decide.`,
    prediction.version,
  );
}

function refuseFull(prediction: Prediction): void {
  if (prediction.version < MAX_HISTORY) return;
  throw badUserInput(
    "predictionId",
    `This prediction has ${MAX_HISTORY} recorded decisions, which is the most it can hold.`,
  );
}
