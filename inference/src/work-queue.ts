import type { Metrics } from "./metrics.js";
import { ServiceError } from "./service-error.js";

/** How much work is taken. */
export interface WorkLimits {
  /** The most texts that may wait at a time; one request is taken whatever its size when nothing else waits. */
  maxQueue: number;
  /** How long a piece of work may take, in milliseconds. */
  deadlineMs: number;
}

/** Bounds the work that waits: what could not be done in time is refused at once, not late. */
export class WorkQueue {
  readonly #limits: WorkLimits;
  readonly #metrics: Pick<Metrics, "textsWait">;
  #waiting = 0;

  constructor(limits: WorkLimits, metrics: Pick<Metrics, "textsWait">) {
    this.#limits = limits;
    this.#metrics = metrics;
  }

  /**
   * Does a piece of work.
   * @param texts how many texts it classifies
   * @param work is to end soon after the signal is aborted
   * @throws ServiceError 429 when too many texts wait, 504 when it took too long
   */
  async run<T>(texts: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#waiting > 0 && this.#waiting + texts > this.#limits.maxQueue) throw this.#full();
    this.#count(texts);
    try {
      return await withDeadline(work, this.#limits.deadlineMs);
    } finally {
      this.#count(-texts);
    }
  }

  #count(texts: number): void {
    this.#waiting += texts;
    this.#metrics.textsWait(this.#waiting);
  }

  #full(): ServiceError {
    const message = `Too many texts wait for their classification: ${this.#waiting}, allowed are ${this.#limits.maxQueue}. Try again in a second, or send fewer texts at a time.`;
    return new ServiceError(429, { code: "QUEUE_FULL", message }, { "retry-after": "1" });
  }
}

async function withDeadline<T>(work: (signal: AbortSignal) => Promise<T>, deadlineMs: number): Promise<T> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(tooSlow(deadlineMs)), deadlineMs);
  try {
    return await work(stop.signal);
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(deadlineMs: number): ServiceError {
  const message = `The classification took longer than ${deadlineMs} ms. Try again in a moment, or send fewer texts at a time.`;
  return new ServiceError(504, { code: "DEADLINE_EXCEEDED", message });
}
