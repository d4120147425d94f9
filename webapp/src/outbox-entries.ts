import { type ComputedRef, computed, type Ref, shallowReadonly, shallowRef } from "vue";
import { NO_TAB, type OutboxEntry, type OutboxStorage } from "./outbox-storage.js";

/**
 * The decisions that this tab has to send, in the order in which they were made, in memory and in the storage. What somebody
 * else left unsent stays in the storage, for any tab in which that person signs in again.
 */
export class OutboxEntries {
  readonly #held = shallowRef<readonly OutboxEntry[]>([]);
  readonly #left = shallowRef<readonly OutboxEntry[]>([]);
  /** Decisions that this browser may not keep. */
  readonly #fleeting = new Set<string>();
  readonly #storage: OutboxStorage;
  readonly #owner: Readonly<Ref<string | null>>;

  readonly all: ComputedRef<readonly OutboxEntry[]>;
  /** What others left. */
  readonly others = shallowReadonly(this.#left);

  /** @param owner who is signed in */
  constructor(storage: OutboxStorage, owner: Readonly<Ref<string | null>>) {
    this.#storage = storage;
    this.#owner = owner;
    this.all = computed(() => this.#held.value.filter((entry) => this.#isDue(entry)));
  }

  /** @param owner whose */
  about(predictionId: string, owner = this.#owner.value): OutboxEntry[] {
    return this.#held.value.filter((entry) => entry.predictionId === predictionId && this.#isDue(entry, owner));
  }

  /** Adds an entry, or replaces the one with its id. */
  keep(entry: OutboxEntry): void {
    const others = this.#held.value.filter(({ id }) => id !== entry.id);
    this.#held.value = [...others, entry].sort((a, b) => (a.id < b.id ? -1 : 1));
    if (!this.#storage.put(entry)) this.#fleeting.add(entry.id);
  }

  drop(dropped: readonly OutboxEntry[]): void {
    const ids = new Set(dropped.map(({ id }) => id));
    this.#held.value = this.#held.value.filter(({ id }) => !ids.has(id));
    for (const id of ids) {
      this.#storage.remove(id);
      this.#fleeting.delete(id);
    }
  }

  /** Makes the entries of another tab this one's, as far as they may be sent here. */
  takeOver(from: string, to: string): void {
    for (const entry of this.#storage.list().filter(({ tab }) => tab === from)) {
      if (this.#isDue(entry)) this.keep({ ...entry, tab: to });
      else this.#leave(entry);
    }
    this.lookForOthers();
  }

  /** Leaves to their owner what must not be sent any more, because somebody else is signed in. */
  leaveToOwner(): void {
    const kept = this.#held.value.filter((entry) => this.#isDue(entry) || !this.#leave(entry));
    this.#held.value = kept;
    this.lookForOthers();
  }

  /** Forgets what others left. */
  dropOthers(): void {
    this.drop(this.#left.value);
    this.lookForOthers();
  }

  lookForOthers(): void {
    const left = this.#storage.list().filter(({ tab }) => tab === NO_TAB);
    this.#left.value = [...left, ...this.#held.value].filter((entry) => !this.#isDue(entry));
  }

  /** Whether some would be lost by leaving the page, because this browser may not keep anything. */
  wouldLose(): boolean {
    return this.#fleeting.size > 0;
  }

  #isDue({ owner = null }: OutboxEntry, now = this.#owner.value): boolean {
    return owner === null || owner === now;
  }

  /** @returns false where the storage does not take it */
  #leave(entry: OutboxEntry): boolean {
    // Written again it would be news for the other tabs, and theirs for this one, without end.
    return entry.tab === NO_TAB || this.#storage.put({ ...entry, tab: NO_TAB });
  }
}
