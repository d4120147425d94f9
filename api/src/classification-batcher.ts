import { MAX_INSTANCES } from "@sentiloop/inference/contract";
import type { VersionedClassification } from "./classifier.js";
import { ClientError, inferenceUnavailable, rateLimited } from "./errors.js";

/** Texts that may wait before further ones are turned away. */
const MAX_WAITING = 2000;

/**
 * Classifies texts in one request, in the order given.
 * @param timeLeft how long that may take, in milliseconds
 * @throws ClientError BAD_USER_INPUT when one of the texts is refused
 */
export type ClassifyTogether = (texts: string[], timeLeft: number) => Promise<VersionedClassification[]>;

export interface BatcherOptions {
  classify: ClassifyTogether;
  /** The most requests at a time. */
  concurrent: number;
  /** How long a text may take from its arrival to its answer, in milliseconds. */
  deadline: number;
}

interface Waiting {
  text: string;
  /** On the clock of `performance.now()`. */
  deadline: number;
  resolve: (classification: VersionedClassification) => void;
  reject: (error: unknown) => void;
}

/**
 * Puts texts together that come in during one turn of the event loop, or while enough requests are out: one request
 * for many is cheaper than one each. A text that is refused is found by halving and fails alone.
 */
export class ClassificationBatcher {
  private readonly options: BatcherOptions;
  private queue: Waiting[] = [];
  private requests = 0;
  private scheduled = false;

  constructor(options: BatcherOptions) {
    this.options = options;
  }

  /** How many texts wait to be sent. */
  get waiting(): number {
    return this.queue.length;
  }

  /** How many requests are out. */
  get inFlight(): number {
    return this.requests;
  }

  /** @throws ClientError RATE_LIMITED when too many texts wait already, else what `classify` throws */
  classify(text: string): Promise<VersionedClassification> {
    if (this.queue.length >= MAX_WAITING) return Promise.reject(tooManyWait());
    return new Promise((resolve, reject) => {
      this.queue.push({ text, deadline: performance.now() + this.options.deadline, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.requests >= this.options.concurrent) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      while (this.queue.length > 0 && this.requests < this.options.concurrent)
        void this.send(this.queue.splice(0, MAX_INSTANCES));
    });
  }

  private async send(batch: readonly Waiting[]): Promise<void> {
    this.requests += 1;
    await this.settle(batch);
    this.requests -= 1;
    if (this.queue.length > 0) this.schedule();
  }

  private async settle(batch: readonly Waiting[]): Promise<void> {
    // They came in this order, so the first one's deadline is the earliest.
    const timeLeft = (batch[0]?.deadline ?? 0) - performance.now();
    try {
      if (timeLeft <= 0) throw inferenceUnavailable(new Error("the text waited until its deadline"));
      const texts = batch.map(({ text }) => text);
      const classifications = await this.options.classify(texts, timeLeft);
      for (const [index, { resolve, reject }] of batch.entries()) {
        const classification = classifications[index];
        if (classification) resolve(classification);
        else reject(inferenceUnavailable(new Error("fewer answers than texts")));
      }
    } catch (error) {
      if (batch.length > 1 && isRefusal(error)) await this.settleHalves(batch);
      else for (const { reject } of batch) reject(error);
    }
  }

  private async settleHalves(batch: readonly Waiting[]): Promise<void> {
    const middle = batch.length >> 1;
    await this.settle(batch.slice(0, middle));
    await this.settle(batch.slice(middle));
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof ClientError && error.extensions.code === "BAD_USER_INPUT";
}

function tooManyWait(): ClientError {
  return rateLimited(
    `${MAX_WAITING} texts wait for the inference service already, so no prediction was made. Try again in a second.`,
    1,
  );
}
