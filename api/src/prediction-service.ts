import { createHash } from "node:crypto";
import { textProblem } from "@sentiloop/inference/contract";
import type { Logger } from "pino";
import { decodeTime } from "ulid";
import type { Classifier } from "./classifier.js";
import { badUserInput, ClientError, conflict } from "./errors.js";
import type { IdempotencyStore } from "./idempotency-store.js";
import { Prediction } from "./prediction.js";
import { PredictionResult } from "./prediction-result.js";
import type { PredictionStore } from "./prediction-store.js";
import { ascendingUlids, derivedUlid, type Ulid } from "./ulids.js";

/** The most characters of an idempotency key. */
export const MAX_IDEMPOTENCY_KEY = 255;

/** The most texts that `predictMany` takes. */
export const MAX_TEXTS = 100;

/** Makes a retry harmless. */
interface Keyed {
  /** The same key with the same texts gives the same predictions, however often it is sent. */
  idempotencyKey?: string | undefined;
  /** Keys of one actor mean nothing to another. */
  actor: string;
}

export interface PredictRequest extends Keyed {
  text: string;
}

export interface PredictManyRequest extends Keyed {
  texts: readonly string[];
}

/** The id that an idempotency key stands for. */
interface Claimed {
  id: string;
  /** Nobody has used the key before, so nothing can be stored yet. */
  isNew: boolean;
}

/** Makes predictions: classifies a text and stores what the model said under a new id. */
export class PredictionService {
  /** Ids made within one millisecond still ascend, so that a listing keeps the order of asking. */
  private readonly newUlid = ascendingUlids();

  constructor(
    private readonly classifier: Classifier,
    private readonly store: PredictionStore,
    private readonly idempotency: IdempotencyStore,
    private readonly log: Logger,
  ) {}

  async predict(request: PredictRequest): Promise<Prediction> {
    const problem = textProblem(request.text);
    if (problem !== undefined) throw badUserInput("text", problem);
    if (request.idempotencyKey === undefined) return this.makeNew(request.text);
    const { id, isNew } = await this.claim(request.idempotencyKey, request.actor, sha256(request.text));
    return this.makeOnce({ id, time: decodeTime(id) }, request.text, isNew);
  }

  /**
   * Predicts several texts by one request to the inference service. A text that cannot be classified or stored
   * does not keep the others from it.
   * @returns what became of each, in the order of the texts
   * @throws ClientError BAD_USER_INPUT for too many texts; what went wrong with the classifier or the store when
   * no text could be predicted and it was not the texts' fault
   */
  async predictMany({ texts, idempotencyKey, actor }: PredictManyRequest): Promise<PredictionResult[]> {
    if (texts.length > MAX_TEXTS) {
      throw badUserInput("texts", `There are ${texts.length} texts; send at most ${MAX_TEXTS} at a time.`);
    }
    let make = (text: string, _place: number) => this.makeNew(text);
    if (idempotencyKey !== undefined) {
      // Marked, so that it differs from that of every single text.
      const { id, isNew } = await this.claim(idempotencyKey, actor, `texts ${sha256(JSON.stringify(texts))}`);
      make = (text, place) => this.makeOnce(derivedUlid(id, place), text, isNew);
    }
    // Asked for in one go, so that the classifier and the store can each handle them together.
    const outcomes = await Promise.allSettled(texts.map((text, place) => resultOf(text, () => make(text, place))));
    const failure = outcomes.find((outcome) => outcome.status === "rejected");
    const made = outcomes.some((outcome) => outcome.status === "fulfilled" && outcome.value.prediction !== null);
    if (failure !== undefined && !made) throw failure.reason;
    return outcomes.map((outcome) =>
      outcome.status === "fulfilled" ? outcome.value : PredictionResult.failed(this.reasonFor(outcome.reason)),
    );
  }

  /** What a client may know of an error that concerns one text of several. */
  private reasonFor(error: unknown): string {
    if (error instanceof ClientError) return error.message;
    this.log.error({ err: error }, "one of several texts could not be predicted");
    return "Something went wrong on our side, so this text has no prediction. Send it again.";
  }

  private async makeNew(text: string): Promise<Prediction> {
    const prediction = await this.classify(this.newUlid(), text);
    await this.store.addNew(prediction);
    return prediction;
  }

  /** Makes the prediction with this id, unless it is there. */
  private async makeOnce(ulid: Ulid, text: string, isNew: boolean): Promise<Prediction> {
    const there = isNew ? undefined : await this.store.find(ulid.id);
    return there ?? this.store.add(await this.classify(ulid, text));
  }

  private async classify({ id, time }: Ulid, text: string): Promise<Prediction> {
    const { classification, modelVersion } = await this.classifier.classify(text);
    return new Prediction({ id, text, classification, modelVersion, history: [], createdAt: new Date(time) });
  }

  /**
   * The id that a key stands for. It is claimed before anything is made, so that parallel calls, and a call after a
   * crash in between, all make the predictions of this one id.
   */
  private async claim(key: string, actor: string, textSha256: string): Promise<Claimed> {
    if (key.length < 1 || key.length > MAX_IDEMPOTENCY_KEY) {
      throw badUserInput(
        "idempotencyKey",
        `The idempotency key has ${key.length} characters; use 1 to ${MAX_IDEMPOTENCY_KEY}.`,
      );
    }
    const { id } = this.newUlid();
    const claim = await this.idempotency.claim(sha256(JSON.stringify([actor, key])), { textSha256, predictionId: id });
    if (claim.textSha256 !== textSha256) {
      throw conflict("This idempotency key was used with another text. Use a new key for a new text.");
    }
    return { id: claim.predictionId, isNew: claim.predictionId === id };
  }
}

async function resultOf(text: string, make: () => Promise<Prediction>): Promise<PredictionResult> {
  const problem = textProblem(text);
  return problem === undefined ? PredictionResult.of(await make()) : PredictionResult.failed(problem);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
