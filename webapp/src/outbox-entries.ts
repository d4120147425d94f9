import { shallowReadonly, shallowRef } from "vue";
import type { OutboxEntry, OutboxStorage } from "./outbox-storage.js";

/** The decisions that this tab has to send, in the order in which they were made, in memory and in the storage. */
export class OutboxEntries {
  readonly #all = shallowRef<readonly OutboxEntry[]>([]);
  /** Decisions that this browser may not keep. */
  readonly #fleeting = new Set<string>();
  readonly #storage: OutboxStorage;

  readonly all = shallowReadonly(this.#all);

  constructor(storage: OutboxStorage) {
    this.#storage = storage;
  }

  about(predictionId: string): OutboxEntry[] {
    return this.#all.value.filter((entry) => entry.predictionId === predictionId);
  }

  /** Adds an entry, or replaces the one with its id. */
  keep(entry: OutboxEntry): void {
    const others = this.#all.value.filter(({ id }) => id !== entry.id);
    this.#all.value = [...others, entry].sort((a, b) => (a.id < b.id ? -1 : 1));
    if (!this.#storage.put(entry)) this.#fleeting.add(entry.id);
  }

  drop(dropped: readonly OutboxEntry[]): void {
    const ids = new Set(dropped.map(({ id }) => id));
    this.#all.value = this.#all.value.filter(({ id }) => !ids.has(id));
    for (const id of ids) {
      this.#storage.remove(id);
      this.#fleeting.delete(id);
    }
  }

  /** Makes the entries of another tab this one's. */
  takeOver(from: string, to: string): void {
    for (const entry of this.#storage.list()) if (entry.tab === from) this.keep({ ...entry, tab: to });
  }

  /** Whether some would be lost by leaving the page, because this browser may not keep anything. */
  wouldLose(): boolean {
    return this.#fleeting.size > 0;
  }
}
