import { setImmediate } from "node:timers/promises";

const TURN_MS = 5;

/**
 * Does something with each of some items, in order; every few milliseconds, other work of this process gets its turn.
 * @param signal when it is aborted, the rest is left and its reason is thrown
 */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result,
  signal?: AbortSignal,
): Promise<Result[]> {
  const results: Result[] = [];
  let startedAt = performance.now();
  for (const item of items) {
    if (performance.now() - startedAt > TURN_MS) {
      await setImmediate();
      signal?.throwIfAborted();
      startedAt = performance.now();
    }
    results.push(work(item));
  }
  return results;
}
