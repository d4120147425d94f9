import {
  type InferenceReadiness,
  MAX_INSTANCES,
  type ModelDescription,
  modelsResponseSchema,
  type PredictRequest,
  predictResponseSchema,
  readinessSchema,
} from "@sentiloop/inference/contract";
import { Pool } from "undici";
import type { ZodType } from "zod";
import type { Classifier, VersionedClassification } from "./classifier.js";
import { inferenceUnavailable } from "./errors.js";

const PREDICT = "/v1/models/emotion:predict";
const MODELS = "/v1/models/emotion";
const READY = "/readyz";

/** Sockets to the service. It computes on one thread, so more would only queue there. */
const CONNECTIONS = 4;

/** Texts that may wait for the service before further ones are turned away. */
const MAX_WAITING = 2000;

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
  private readonly pool: Pool;
  private waiting: Waiting[] = [];
  private inFlight = 0;
  private scheduled = false;

  /** @param deadline how long the service may take to answer, in milliseconds */
  constructor(origin: string, deadline = 5000) {
    this.pool = new Pool(origin, {
      connections: CONNECTIONS,
      connect: { timeout: 1000 },
      headersTimeout: deadline,
      bodyTimeout: deadline,
    });
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

  async models(): Promise<ModelDescription[]> {
    return (await this.request({ method: "GET", path: MODELS }, modelsResponseSchema)).models;
  }

  health(): Promise<InferenceReadiness> {
    return this.request({ method: "GET", path: READY }, readinessSchema);
  }

  close(): Promise<void> {
    return this.pool.close();
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
      const question: PredictRequest = { instances: batch.map(({ text }) => text) };
      const { predictions, modelVersion } = await this.request(
        { method: "POST", path: PREDICT, body: JSON.stringify(question) },
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

  /** Sends a request and checks the answer's shape; whatever goes wrong is INFERENCE_UNAVAILABLE. */
  private async request<T>(
    { method, path, body = null }: { method: "GET" | "POST"; path: string; body?: string | null },
    schema: ZodType<T>,
  ): Promise<T> {
    try {
      const answer = await this.pool.request({
        method,
        path,
        body,
        headers: { "content-type": "application/json" },
      });
      if (answer.statusCode === 200) return schema.parse(await answer.body.json());
      throw new Error(`${method} ${path} answered ${answer.statusCode}: ${(await answer.body.text()).slice(0, 200)}`);
    } catch (error) {
      throw inferenceUnavailable(error);
    }
  }
}
