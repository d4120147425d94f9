import { shallowReadonly, shallowRef } from "vue";
import type { Api } from "./api/useApi.js";
import { type ApiError, toApiError, worthRetrying } from "./api-error.js";
import type { OutboxEntries } from "./outbox-entries.js";
import type { OutboxEntry, OutboxProblem } from "./outbox-storage.js";
import type { Prediction } from "./prediction.js";

/** Decisions that are sent side by side, each about another prediction. */
const SIDE_BY_SIDE = 4;
/** Milliseconds between a failed attempt and the next: doubled each time, up to the longest. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60_000;

/** What the server is asked for to record a decision. */
export type DecisionApi = Pick<Api, "decide" | "fetchPrediction">;

/** Sends decisions until the server has acknowledged each, or has said what stands in its way. */
export class OutboxSender {
  readonly #obstacle = shallowRef<ApiError | null>(null);
  readonly #entries: OutboxEntries;
  readonly #api: DecisionApi;
  #sending = false;
  #stopped = false;
  #attempts = 0;
  #wake = () => {};

  /** Why the last attempt failed; null where it did not. */
  readonly obstacle = shallowReadonly(this.#obstacle);

  constructor(entries: OutboxEntries, api: DecisionApi) {
    this.#entries = entries;
    this.#api = api;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Sends at once what waits for its next attempt. */
  wake(): void {
    this.#wake();
  }

  /** Sends nothing more from here. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  /** Sends what is due, and goes on until nothing is. */
  async send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    for (let batch = this.#due(); batch.length > 0 && !this.#stopped; batch = this.#due()) {
      const outcomes = await Promise.all(batch.map((entry) => this.#deliver(entry)));
      const failure = outcomes.find((outcome) => outcome !== null) ?? null;
      this.#obstacle.value = failure;
      this.#attempts = failure ? this.#attempts + 1 : 0;
      if (failure) await this.#pause(waitAfter(failure, this.#attempts));
    }
    this.#sending = false;
  }

  /** The first decision on each prediction, where nothing stands in its way. */
  #due(): OutboxEntry[] {
    const firsts = new Map<string, OutboxEntry>();
    for (const entry of this.#entries.all.value) {
      if (!firsts.has(entry.predictionId)) firsts.set(entry.predictionId, entry);
    }
    return [...firsts.values()].filter(({ problem }) => problem === null).slice(0, SIDE_BY_SIDE);
  }

  /** @returns why it is to be sent again; null when there is nothing more to send of it */
  async #deliver(entry: OutboxEntry): Promise<ApiError | null> {
    try {
      this.#acknowledged(entry, await this.#api.decide(entry.predictionId, entry.decision, entry.expectedVersion));
      return null;
    } catch (cause) {
      const error = toApiError(cause);
      if (worthRetrying(error)) return error;
      if (error.code === "CONFLICT") return this.#askWhatHolds(entry);
      this.#entries.keep({ ...entry, problem: { kind: "refused", code: error.code, message: error.message } });
      return null;
    }
  }

  /** What the person decided after it was about the state that is recorded now. */
  #acknowledged(entry: OutboxEntry, { version }: Prediction): void {
    this.#entries.drop([entry]);
    this.#entries.about(entry.predictionId, entry.owner).forEach((later, steps) => {
      if (later.expectedVersion !== version + steps) this.#entries.keep({ ...later, expectedVersion: version + steps });
    });
  }

  async #askWhatHolds(entry: OutboxEntry): Promise<ApiError | null> {
    try {
      const stored = await this.#api.fetchPrediction(entry.predictionId);
      this.#entries.keep({ ...entry, problem: stored ? conflictWith(stored) : GONE });
      return null;
    } catch (cause) {
      return toApiError(cause);
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const GONE: OutboxProblem = { kind: "refused", code: "NOT_FOUND", message: "" };

function waitAfter({ retryAfterSeconds }: ApiError, attempts: number): number {
  if (retryAfterSeconds !== undefined) return retryAfterSeconds * 1000;
  const wait = Math.min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT);
  // Not all browsers at the same moment, when a server comes back.
  return wait * (0.75 + Math.random() / 2);
}

function conflictWith({ status, verifiedEmotion, version, history }: Prediction): OutboxProblem {
  const last = history.at(-1);
  const stored = { status, verifiedEmotion, version, actor: last?.actor ?? "", at: last?.at ?? null };
  return { kind: "conflict", stored };
}
