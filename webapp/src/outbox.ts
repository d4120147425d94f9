import { type ComputedRef, computed, type Ref } from "vue";
import type { ApiError } from "./api-error.js";
import type { Tabs } from "./browser-tabs.js";
import { choiceOf, decided, type Judgement } from "./decision.js";
import { OutboxEntries } from "./outbox-entries.js";
import { type DecisionApi, OutboxSender } from "./outbox-sender.js";
import type { OutboxEntry, OutboxProblem, OutboxStorage } from "./outbox-storage.js";
import type { Decision, Prediction } from "./prediction.js";
import { uniqueId } from "./unique-id.js";

/** Characters of a text that are kept with a decision about it. */
const EXCERPT = 300;

export interface OutboxParts {
  api: DecisionApi;
  storage: OutboxStorage;
  tabs: Tabs;
  /** Who is signed in, see `sessionOwner`. */
  owner: Readonly<Ref<string | null>>;
}

/** The decisions of this tab that the server has not acknowledged yet. They are sent until it has. */
export class Outbox {
  readonly #entries: OutboxEntries;
  readonly #sender: OutboxSender;
  readonly #storage: OutboxStorage;
  readonly #tabs: Tabs;
  readonly #owner: Readonly<Ref<string | null>>;
  readonly #awaitedTabs = new Set<string>();

  /** On their way; without those that need the person. */
  readonly pending: ComputedRef<OutboxEntry[]>;
  /** Not recorded, and only the person can say what now; one for each prediction. */
  readonly problems: ComputedRef<OutboxEntry[]>;
  /** Left unsent by somebody else; they go out when that person signs in again. */
  readonly others: Readonly<Ref<readonly OutboxEntry[]>>;
  /** Why nothing can be sent at the moment; it is tried again by itself. */
  readonly obstacle: ComputedRef<ApiError | null>;

  constructor(parts: OutboxParts) {
    this.#entries = new OutboxEntries(parts.storage, parts.owner);
    this.#sender = new OutboxSender(this.#entries, parts.api);
    this.#storage = parts.storage;
    this.#tabs = parts.tabs;
    this.#owner = parts.owner;
    this.others = this.#entries.others;
    this.pending = computed(() => this.#entries.all.value.filter(({ predictionId }) => !this.problemOf(predictionId)));
    this.problems = computed(() => this.#entries.all.value.filter(({ problem }) => problem !== null));
    this.obstacle = computed(() => (this.#entries.all.value.length > 0 ? this.#sender.obstacle.value : null));
    this.lookAround();
  }

  /** A prediction as it stands for the person: with the decisions that are still on their way. */
  withDecisions(prediction: Prediction): Prediction {
    return this.#entries
      .about(prediction.id)
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
    this.#entries.keep({
      id: entryId(),
      tab: this.#tabs.own,
      owner: this.#owner.value,
      predictionId: seen.id,
      text: seen.text.slice(0, EXCERPT),
      predicted: seen.emotion,
      decision,
      result: { status: next.status, verifiedEmotion: next.verifiedEmotion },
      expectedVersion: seen.version,
      problem: null,
    });
    void this.#sender.send();
    return true;
  }

  isPending(predictionId: string): boolean {
    return this.#entries.about(predictionId).length > 0 && !this.problemOf(predictionId);
  }

  problemOf(predictionId: string): OutboxProblem | null {
    return this.#entries.about(predictionId)[0]?.problem ?? null;
  }

  /** What the person wants to hold of a prediction; null when nothing is on its way. */
  wishFor(predictionId: string): Judgement | null {
    return this.#entries.about(predictionId).at(-1)?.result ?? null;
  }

  /** Sends what the person wants after all, on top of what somebody else decided. */
  insist(predictionId: string): void {
    const mine = this.#entries.about(predictionId);
    const [first, last] = [mine[0], mine.at(-1)];
    if (!first?.problem || !last) return;
    const { verifiedEmotion } = last.result;
    const decision: Decision = verifiedEmotion ? choiceOf(verifiedEmotion, { emotion: last.predicted }) : UNDO;
    const expectedVersion = first.problem.kind === "conflict" ? first.problem.stored.version : first.expectedVersion;
    this.#entries.drop(mine);
    this.#entries.keep({ ...last, decision, expectedVersion, problem: null });
    void this.#sender.send();
  }

  /** Forgets the person's decisions on a prediction. */
  giveIn(predictionId: string): void {
    this.#entries.drop(this.#entries.about(predictionId));
  }

  /** Sends at once what waits for its next attempt. */
  sendNow(): void {
    this.#sender.wake();
    void this.#sender.send();
  }

  /** Goes on for whoever is signed in now. */
  changeOwner(): void {
    this.#entries.leaveToOwner();
    this.lookAround();
    this.sendNow();
  }

  /** Forgets what somebody else left unsent. */
  dropOthers(): void {
    this.#entries.dropOthers();
  }

  /** Takes over what other tabs do not get acknowledged, each once that tab is gone. */
  lookAround(): void {
    for (const tab of new Set(this.#storage.list().map(({ tab }) => tab))) this.#adoptFrom(tab);
    this.#entries.lookForOthers();
  }

  #adoptFrom(tab: string): void {
    if (tab === this.#tabs.own || this.#awaitedTabs.has(tab)) return;
    this.#awaitedTabs.add(tab);
    this.#tabs.whenGone(tab, () => {
      this.#awaitedTabs.delete(tab);
      if (this.#sender.stopped) return;
      this.#entries.takeOver(tab, this.#tabs.own);
      void this.#sender.send();
    });
  }

  /** Whether decisions would be lost by leaving the page, because this browser may not keep anything. */
  wouldLose(): boolean {
    return this.#entries.wouldLose();
  }

  /** Sends nothing more from here. What is kept is sent when the page is opened again. */
  stop(): void {
    this.#sender.stop();
  }
}

const UNDO: Decision = { action: "UNDO" };

let made = 0;

/** Ids sort in the order in which they were made. */
function entryId(): string {
  made += 1;
  return `${Date.now().toString(36).padStart(10, "0")}.${String(made).padStart(8, "0")}.${uniqueId()}`;
}
