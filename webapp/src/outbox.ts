import { type ComputedRef, computed, shallowRef } from "vue";
import type { Api, Decision, Prediction } from "./api.js";
import { type ApiError, toApiError, worthRetrying } from "./api-error.js";
import type { Tabs } from "./browser-tabs.js";
import { choiceOf, decided, type Judgement } from "./decision.js";
import type { OutboxEntry, OutboxProblem, OutboxStorage } from "./outbox-storage.js";
import { uniqueId } from "./unique-id.js";

/** Decisions that are sent side by side, each about another prediction. */
const SIDE_BY_SIDE = 4;
/** Milliseconds between a failed attempt and the next: doubled each time, up to the longest. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60_000;
/** Characters of a text that are kept with a decision about it. */
const EXCERPT = 300;

export interface OutboxParts {
  api: Pick<Api, "decide" | "fetchPrediction">;
  storage: OutboxStorage;
  tabs: Tabs;
}

/** The decisions of this tab that the server has not acknowledged yet. They are sent until it has. */
export class Outbox {
  readonly #entries = shallowRef<readonly OutboxEntry[]>([]);
  readonly #obstacle = shallowRef<ApiError | null>(null);
  /** Decisions that this browser may not keep. */
  readonly #fleeting = new Set<string>();
  readonly #awaitedTabs = new Set<string>();
  readonly #parts: OutboxParts;
  #sending = false;
  #stopped = false;
  #attempts = 0;
  #wake = () => {};

  /** On their way; without those that need the person. */
  readonly pending: ComputedRef<OutboxEntry[]>;
  /** Not recorded, and only the person can say what now; one for each prediction. */
  readonly problems: ComputedRef<OutboxEntry[]>;
  /** Why nothing can be sent at the moment; it is tried again by itself. */
  readonly obstacle: ComputedRef<ApiError | null>;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.pending = computed(() => this.#entries.value.filter(({ predictionId }) => !this.problemOf(predictionId)));
    this.problems = computed(() => this.#entries.value.filter(({ problem }) => problem !== null));
    this.obstacle = computed(() => (this.#entries.value.length > 0 ? this.#obstacle.value : null));
    for (const { tab } of parts.storage.list()) this.adoptFrom(tab);
  }

  /** A prediction as it stands for the person: with the decisions that are still on their way. */
  withDecisions(prediction: Prediction): Prediction {
    return this.#about(prediction.id)
      .filter(({ problem, expectedVersion }) => problem === null && expectedVersion >= prediction.version)
      .reduce((standing, { decision }) => decided(standing, decision) ?? standing, prediction);
  }

  /** Takes a decision on a prediction. Says whether it changes anything. */
  add(prediction: Prediction, decision: Decision): boolean {
    const seen = this.withDecisions(prediction);
    const next = decided(seen, decision);
    if (!next) return false;
    // Whoever decides again has seen what stands there now: what could not be recorded is settled by that.
    if (this.problemOf(prediction.id)) this.giveIn(prediction.id);
    this.#keep({
      id: entryId(),
      tab: this.#parts.tabs.own,
      predictionId: seen.id,
      text: seen.text.slice(0, EXCERPT),
      predicted: seen.emotion,
      decision,
      result: { status: next.status, verifiedEmotion: next.verifiedEmotion },
      expectedVersion: seen.version,
      problem: null,
    });
    void this.#send();
    return true;
  }

  isPending(predictionId: string): boolean {
    return this.#about(predictionId).length > 0 && !this.problemOf(predictionId);
  }

  problemOf(predictionId: string): OutboxProblem | null {
    return this.#about(predictionId)[0]?.problem ?? null;
  }

  /** What the person wants to hold of a prediction; null when nothing is on its way. */
  wishFor(predictionId: string): Judgement | null {
    return this.#about(predictionId).at(-1)?.result ?? null;
  }

  /** Sends what the person wants after all, on top of what somebody else decided. */
  insist(predictionId: string): void {
    const mine = this.#about(predictionId);
    const [first, last] = [mine[0], mine.at(-1)];
    if (!first?.problem || !last) return;
    const { verifiedEmotion } = last.result;
    const decision: Decision = verifiedEmotion ? choiceOf(verifiedEmotion, { emotion: last.predicted }) : UNDO;
    const expectedVersion = first.problem.kind === "conflict" ? first.problem.stored.version : first.expectedVersion;
    this.#drop(mine);
    this.#keep({ ...last, decision, expectedVersion, problem: null });
    void this.#send();
  }

  /** Forgets the person's decisions on a prediction. */
  giveIn(predictionId: string): void {
    this.#drop(this.#about(predictionId));
  }

  /** Sends at once what waits for its next attempt. */
  sendNow(): void {
    this.#wake();
  }

  /** Takes over what another tab does not get acknowledged, once that tab is gone. */
  adoptFrom(tab: string): void {
    const { storage, tabs } = this.#parts;
    if (tab === tabs.own || this.#awaitedTabs.has(tab)) return;
    this.#awaitedTabs.add(tab);
    tabs.whenGone(tab, () => {
      this.#awaitedTabs.delete(tab);
      if (this.#stopped) return;
      for (const entry of storage.list()) if (entry.tab === tab) this.#keep({ ...entry, tab: tabs.own });
      void this.#send();
    });
  }

  /** Whether decisions would be lost by leaving the page, because this browser may not keep anything. */
  wouldLose(): boolean {
    return this.#fleeting.size > 0;
  }

  /** Sends nothing more from here. What is kept is sent when the page is opened again. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  #about(id: string): OutboxEntry[] {
    return this.#entries.value.filter(({ predictionId }) => predictionId === id);
  }

  #keep(entry: OutboxEntry): void {
    const others = this.#entries.value.filter(({ id }) => id !== entry.id);
    this.#entries.value = [...others, entry].sort((a, b) => (a.id < b.id ? -1 : 1));
    if (!this.#parts.storage.put(entry)) this.#fleeting.add(entry.id);
  }

  #drop(dropped: readonly OutboxEntry[]): void {
    const ids = new Set(dropped.map(({ id }) => id));
    this.#entries.value = this.#entries.value.filter(({ id }) => !ids.has(id));
    for (const id of ids) {
      this.#parts.storage.remove(id);
      this.#fleeting.delete(id);
    }
  }

  async #send(): Promise<void> {
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
    for (const entry of this.#entries.value) {
      if (!firsts.has(entry.predictionId)) firsts.set(entry.predictionId, entry);
    }
    return [...firsts.values()].filter(({ problem }) => problem === null).slice(0, SIDE_BY_SIDE);
  }

  /** @returns why it is to be sent again; null when there is nothing more to send of it */
  async #deliver(entry: OutboxEntry): Promise<ApiError | null> {
    const { api } = this.#parts;
    try {
      this.#acknowledged(entry, await api.decide(entry.predictionId, entry.decision, entry.expectedVersion));
      return null;
    } catch (cause) {
      const error = toApiError(cause);
      if (worthRetrying(error)) return error;
      if (error.code === "CONFLICT") return this.#askWhatHolds(entry);
      this.#keep({ ...entry, problem: { kind: "refused", code: error.code, message: error.message } });
      return null;
    }
  }

  /** What the person decided after it was about the state that is recorded now. */
  #acknowledged(entry: OutboxEntry, { version }: Prediction): void {
    this.#drop([entry]);
    this.#about(entry.predictionId).forEach((later, steps) => {
      if (later.expectedVersion !== version + steps) this.#keep({ ...later, expectedVersion: version + steps });
    });
  }

  async #askWhatHolds(entry: OutboxEntry): Promise<ApiError | null> {
    try {
      const stored = await this.#parts.api.fetchPrediction(entry.predictionId);
      this.#keep({ ...entry, problem: stored ? conflictWith(stored) : GONE });
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

const UNDO: Decision = { action: "UNDO" };
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

let made = 0;

/** Ids sort in the order in which they were made. */
function entryId(): string {
  made += 1;
  return `${Date.now().toString(36).padStart(10, "0")}.${String(made).padStart(8, "0")}.${uniqueId()}`;
}
