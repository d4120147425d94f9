import {
  type Emotion,
  type ExplainResponse,
  explainResponseSchema,
  type InferenceReadiness,
  MAX_INSTANCES,
  type ModelDescription,
  modelsResponseSchema,
  type PredictRequest,
  type PromoteRequest,
  type PromoteResponse,
  predictResponseSchema,
  promoteResponseSchema,
  readinessSchema,
} from "@sentiloop/inference/contract";
import type { ZodType } from "zod";
import type { Classifier, Promotion, TokenWeight, VersionedClassification } from "./classifier.js";
import { badUserInput, ClientError, inferenceUnavailable } from "./errors.js";
import { InferenceHttp, type ServiceRefusal } from "./inference-http.js";

const MODELS = "/v1/models/emotion";
const PREDICT = `${MODELS}:predict`;
const EXPLAIN = `${MODELS}:explain`;
const PROMOTE = `${MODELS}:promote`;
const READY = "/readyz";

/** Sockets to the service. It computes on one thread, so more would only queue there. */
const CONNECTIONS = 4;

/** Texts that may wait for the service before further ones are turned away. */
const MAX_WAITING = 2000;

const NOT_EXPLAINED = "so nothing was explained. Try again in a few seconds.";
const NOT_LISTED = "so the model versions are not known. Try again in a few seconds.";
const OUTCOME_UNKNOWN =
  "so it is not known whether the version serves now. Look at models before you promote one again.";

/** How long the service may take to answer, in milliseconds. */
export interface Deadlines {
  /** To classify texts and to say how it is. */
  answer: number;
  /** To explain a text: it is classified once for each of its words. */
  explain: number;
  /** To promote a version: it is verified and measured first. */
  promote: number;
}

const DEADLINES: Deadlines = { answer: 5000, explain: 15_000, promote: 60_000 };

interface Waiting {
  text: string;
  resolve: (classification: VersionedClassification) => void;
  reject: (error: unknown) => void;
}

/**
 * Asks the inference service over HTTP. Texts that come in during one turn of the event loop, or while
 * all sockets are busy, share a request: that is cheaper than one request each.
 */
export class HttpClassifier implements Classifier {
  private readonly http: InferenceHttp;
  private readonly deadlines: Deadlines;
  private waiting: Waiting[] = [];
  private inFlight = 0;
  private scheduled = false;

  /** @param deadlines those that differ from the usual ones */
  constructor(origin: string, deadlines: Partial<Deadlines> = {}) {
    this.http = new InferenceHttp(origin, CONNECTIONS);
    this.deadlines = { ...DEADLINES, ...deadlines };
  }

  classify(text: string): Promise<VersionedClassification> {
    if (this.waiting.length >= MAX_WAITING) {
      return Promise.reject(inferenceUnavailable(new Error(`${MAX_WAITING} texts are waiting already`)));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ text, resolve, reject });
      this.schedule();
    });
  }

  async explain(text: string, emotion: Emotion): Promise<TokenWeight[]> {
    const { tokens } = await this.http.request(
      {
        method: "POST",
        path: EXPLAIN,
        body: { instance: text, emotion },
        deadline: this.deadlines.explain,
        consequence: NOT_EXPLAINED,
      },
      explanationOf(text, emotion),
    );
    return tokens;
  }

  async models(): Promise<ModelDescription[]> {
    const { models } = await this.http.request(
      { method: "GET", path: MODELS, deadline: this.deadlines.answer, consequence: NOT_LISTED },
      modelsResponseSchema,
    );
    return models;
  }

  async promote({ version, actor }: Promotion): Promise<void> {
    await this.http.request(
      {
        method: "POST",
        path: PROMOTE,
        body: { version, actor } satisfies PromoteRequest,
        deadline: this.deadlines.promote,
        consequence: OUTCOME_UNKNOWN,
        refusal: (answer) => refusedPromotion(version, answer),
      },
      promotionOf(version),
    );
  }

  health(): Promise<InferenceReadiness> {
    return this.http.request({ method: "GET", path: READY, deadline: this.deadlines.answer }, readinessSchema);
  }

  close(): Promise<void> {
    return this.http.close();
  }

  private schedule(): void {
    if (this.scheduled || this.inFlight >= CONNECTIONS) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      while (this.waiting.length > 0 && this.inFlight < CONNECTIONS)
        void this.send(this.waiting.splice(0, MAX_INSTANCES));
    });
  }

  private async send(batch: readonly Waiting[]): Promise<void> {
    this.inFlight += 1;
    try {
      const body: PredictRequest = { instances: batch.map(({ text }) => text) };
      const { predictions, modelVersion } = await this.http.request(
        { method: "POST", path: PREDICT, body, deadline: this.deadlines.answer },
        predictResponseSchema,
      );
      for (const [index, { resolve, reject }] of batch.entries()) {
        const classification = predictions[index];
        if (classification) resolve({ classification, modelVersion });
        else reject(inferenceUnavailable(new Error(`${predictions.length} answers to ${batch.length} texts`)));
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.inFlight -= 1;
      if (this.waiting.length > 0) this.schedule();
    }
  }
}

/** The answer to `:explain` must speak of the emotion asked for and of nothing outside the text. */
function explanationOf(text: string, emotion: Emotion): ZodType<ExplainResponse> {
  return explainResponseSchema
    .refine((answer) => answer.emotion === emotion, "another emotion is explained")
    .refine(
      ({ tokens }) => tokens.every(({ start, end }) => start < end && end <= text.length),
      "a token is not within the text",
    );
}

/** The answer to `:promote` must name the version asked for. */
function promotionOf(version: string): ZodType<PromoteResponse> {
  return promoteResponseSchema.refine((answer) => answer.version === version, "another version serves");
}

/** What the service's refusal to promote a version means to the client. */
function refusedPromotion(version: string, { status, code, message }: ServiceRefusal): ClientError | undefined {
  if (status === 404 && code === "NOT_FOUND") {
    return new ClientError("NOT_FOUND", message ?? `There is no model version ${JSON.stringify(version)}.`);
  }
  if (status === 409 || status === 400) {
    return badUserInput("version", message ?? "The inference service refuses this version without a reason.");
  }
  return undefined;
}
