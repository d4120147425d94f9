import {
  type Emotion,
  type ExplainResponse,
  explainResponseSchema,
  type InferenceReadiness,
  type ModelDescription,
  modelsResponseSchema,
  type PredictRequest,
  type PredictResponse,
  type PromoteRequest,
  type PromoteResponse,
  predictResponseSchema,
  promoteResponseSchema,
  readinessSchema,
} from "@sentiloop/inference/contract";
import type { Logger } from "pino";
import { ClassificationBatcher } from "./classification-batcher.js";
import type {
  Classifier,
  ClassifierConnection,
  Promotion,
  TokenWeight,
  VersionedClassification,
} from "./classifier.js";
import { badUserInput, ClientError } from "./errors.js";
import type { ServiceRefusal } from "./inference-answer.js";
import { InferenceHttp } from "./inference-http.js";

const MODELS = "/v1/models/emotion";
const PREDICT = `${MODELS}:predict`;
const EXPLAIN = `${MODELS}:explain`;
const PROMOTE = `${MODELS}:promote`;
const READY = "/readyz";

/** Sockets to the service. It computes on one thread, so more would only queue there. */
const CONNECTIONS = 4;

const NOT_EXPLAINED = "so nothing was explained. Try again in a few seconds.";
const NOT_LISTED = "so the model versions are not known. Try again in a few seconds.";
const NOT_PROMOTED = "so the version was not promoted. Try again in a few seconds.";
const OUTCOME_UNKNOWN =
  "so it is not known whether the version serves now. Look at models before you promote one again.";

/** How long the service may take to answer, in milliseconds. */
export interface Deadlines {
  /** To classify texts, waiting and repetitions included, and to say how it is. */
  answer: number;
  /** To explain a text: it is classified once for each of its words. */
  explain: number;
  /** To promote a version: it is verified and measured first. */
  promote: number;
}

const DEADLINES: Deadlines = { answer: 5000, explain: 15_000, promote: 60_000 };

/** Asks the inference service over HTTP. */
export class HttpClassifier implements Classifier {
  private readonly http: InferenceHttp;
  private readonly deadlines: Deadlines;
  private readonly batcher: ClassificationBatcher;

  /**
   * @param deadlines those that differ from the usual ones
   * @param log takes when the service is left alone and when it is asked again
   */
  constructor(origin: string, deadlines: Partial<Deadlines> = {}, log?: Logger) {
    this.http = new InferenceHttp(origin, CONNECTIONS, log);
    this.deadlines = { ...DEADLINES, ...deadlines };
    this.batcher = new ClassificationBatcher({
      classify: (texts, timeLeft) => this.classifyTogether(texts, timeLeft),
      concurrent: CONNECTIONS,
      deadline: this.deadlines.answer,
    });
  }

  get connection(): ClassifierConnection {
    const { waiting, inFlight } = this.batcher;
    return { waiting, inFlight, ...this.http.traffic };
  }

  classify(text: string): Promise<VersionedClassification> {
    return this.batcher.classify(text);
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
      { method: "GET", path: MODELS, deadline: this.deadlines.answer, repeatable: true, consequence: NOT_LISTED },
      (answer) => modelsResponseSchema.parse(answer),
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
        unsent: NOT_PROMOTED,
        refusal: (answer) => refusedPromotion(version, answer),
      },
      promotionOf(version),
    );
  }

  health(): Promise<InferenceReadiness> {
    return this.http.request(
      { method: "GET", path: READY, deadline: this.deadlines.answer, circuit: "ignored" },
      (answer) => readinessSchema.parse(answer),
    );
  }

  close(): Promise<void> {
    return this.http.close();
  }

  private async classifyTogether(instances: string[], timeLeft: number): Promise<VersionedClassification[]> {
    const body: PredictRequest = { instances };
    const { predictions, modelVersion } = await this.http.request(
      {
        method: "POST",
        path: PREDICT,
        body,
        deadline: timeLeft,
        repeatable: true,
        circuit: "counted",
        refusal: refusedText,
      },
      predictionsOf(instances.length),
    );
    return predictions.map((classification) => ({ classification, modelVersion }));
  }
}

/** The answer to `:predict` must hold as many predictions as there were texts, or it is not known whose they are. */
function predictionsOf(count: number): (answer: unknown) => PredictResponse {
  return (answer) => {
    const parsed = predictResponseSchema.parse(answer);
    if (parsed.predictions.length !== count) throw new Error(`${parsed.predictions.length} answers to ${count} texts`);
    return parsed;
  };
}

/** What the service's refusal to classify means to the client. */
function refusedText({ status, message }: ServiceRefusal): ClientError | undefined {
  if (status !== 400 && status !== 413 && status !== 422) return undefined;
  return badUserInput("text", `The inference service refuses this text. ${message ?? "It does not say why."}`);
}

/** The answer to `:explain` must speak of the emotion asked for and of nothing outside the text. */
function explanationOf(text: string, emotion: Emotion): (answer: unknown) => ExplainResponse {
  const schema = explainResponseSchema
    .refine((answer) => answer.emotion === emotion, "another emotion is explained")
    .refine(
      ({ tokens }) => tokens.every(({ start, end }) => start < end && end <= text.length),
      "a token is not within the text",
    );
  return (answer) => schema.parse(answer);
}

/** The answer to `:promote` must name the version asked for. */
function promotionOf(version: string): (answer: unknown) => PromoteResponse {
  const schema = promoteResponseSchema.refine((answer) => answer.version === version, "another version serves");
  return (answer) => schema.parse(answer);
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
