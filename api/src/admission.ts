import type { ServerResponse } from "node:http";
import { OverloadError } from "./http-error.js";

export interface AdmissionLimits {
  /** The most requests that are worked on at a time. */
  concurrent: number;
  /** The most that wait for that. */
  waiting: number;
  /** The longest that one waits, in milliseconds. */
  patience: number;
}

/**
 * A machine that answers 1,500 requests a second works off both together within a second: whoever is let in is answered
 * in time.
 */
export const ADMISSION_LIMITS: AdmissionLimits = { concurrent: 256, waiting: 1024, patience: 5000 };

interface Waiting {
  response: ServerResponse;
  admit: () => void;
}

/** In seconds. */
const RETRY_AFTER = 1;

/**
 * Lets a bounded number of requests be worked on and a bounded number wait, first come, first served. Whoever comes
 * beyond that is told to come back, so that an overload neither takes memory nor makes all answers late.
 */
export class Admission {
  private running = 0;
  private queue: Waiting[] = [];

  constructor(private readonly limits: AdmissionLimits) {}

  /** How many requests wait. */
  get waiting(): number {
    return this.queue.length;
  }

  /** How many requests are worked on. */
  get concurrent(): number {
    return this.running;
  }

  /**
   * Admits a request, at once where there is room: `undefined` then. Each admission is given back by `leave`.
   * @throws OverloadError when too many wait already; the promise rejects with it when this one waits too long
   */
  enter(response: ServerResponse): Promise<void> | undefined {
    if (this.running < this.limits.concurrent) {
      this.running += 1;
      return undefined;
    }
    if (this.queue.length >= this.limits.waiting) throw this.tooMany();
    return this.wait(response);
  }

  /** Ends what `enter` admitted. */
  leave(): void {
    const next = this.queue.shift();
    if (next === undefined) this.running -= 1;
    else next.admit();
  }

  private wait(response: ServerResponse): Promise<void> {
    return new Promise((resolve, reject) => {
      const leaveQueue = () => {
        clearTimeout(timer);
        response.off("close", giveUp);
        this.queue = this.queue.filter((each) => each !== entry);
      };
      const giveUp = () => {
        leaveQueue();
        reject(this.tooLate());
      };
      const admit = () => {
        leaveQueue();
        resolve();
      };
      const timer = setTimeout(giveUp, this.limits.patience);
      const entry: Waiting = { response, admit };
      // Nothing is worked on for a client that has gone.
      response.once("close", giveUp);
      this.queue.push(entry);
    });
  }

  private tooMany(): OverloadError {
    const { concurrent, waiting } = this.limits;
    const message = `${concurrent} requests are being answered and ${waiting} are waiting, which is the limit. Try again in ${RETRY_AFTER} second.`;
    return new OverloadError(message, RETRY_AFTER);
  }

  private tooLate(): OverloadError {
    const message = `The request waited for ${this.limits.patience} ms, which is the limit. Try again in ${RETRY_AFTER} second.`;
    return new OverloadError(message, RETRY_AFTER);
  }
}
