import { createHash } from "node:crypto";
import { textProblem } from "@sentiloop/inference/contract";
import { decodeTime, monotonicFactory } from "ulid";
import type { Classifier } from "./classifier.js";
import { badUserInput, conflict } from "./errors.js";
import type { IdempotencyStore } from "./idempotency-store.js";
import { Prediction } from "./prediction.js";
import type { PredictionStore } from "./prediction-store.js";

/** The most characters of an idempotency key. */
export const MAX_IDEMPOTENCY_KEY = 255;

export interface PredictRequest {
  text: string;
  /** The same key with the same text gives the same prediction, however often it is sent. */
  idempotencyKey?: string | undefined;
  /** Keys of one actor mean nothing to another. */
  actor: string;
}

/** Makes predictions: classifies a text and stores what the model said under a new id. */
export class PredictionService {
  /** Ids made within one millisecond still ascend, so that a listing keeps the order of asking. */
  private readonly newId = monotonicFactory();

  constructor(
    private readonly classifier: Classifier,
    private readonly store: PredictionStore,
    private readonly idempotency: IdempotencyStore,
  ) {}

  async predict(request: PredictRequest): Promise<Prediction> {
    const problem = textProblem(request.text);
    if (problem !== undefined) throw badUserInput("text", problem);
    if (request.idempotencyKey === undefined) return this.make(this.newId(), request.text);
    const id = await this.claimId(request, request.idempotencyKey);
    return (await this.store.find(id)) ?? this.make(id, request.text);
  }

  private async make(id: string, text: string): Promise<Prediction> {
    const { classification, modelVersion } = await this.classifier.classify(text);
    const createdAt = new Date(decodeTime(id));
    return this.store.add(new Prediction({ id, text, classification, modelVersion, history: [], createdAt }));
  }

  /**
   * The id that a key stands for. It is claimed before the prediction is made, so that parallel calls, and
   * a call after a crash in between, all make the one prediction with this id.
   */
  private async claimId({ text, actor }: PredictRequest, key: string): Promise<string> {
    if (key.length < 1 || key.length > MAX_IDEMPOTENCY_KEY) {
      throw badUserInput(
        "idempotencyKey",
        `The idempotency key has ${key.length} characters; use 1 to ${MAX_IDEMPOTENCY_KEY}.`,
      );
    }
    const textSha256 = sha256(text);
    const claim = await this.idempotency.claim(sha256(JSON.stringify([actor, key])), {
      textSha256,
      predictionId: this.newId(),
    });
    if (claim.textSha256 !== textSha256) {
      throw conflict("This idempotency key was used with another text. Use a new key for a new text.");
    }
    return claim.predictionId;
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
