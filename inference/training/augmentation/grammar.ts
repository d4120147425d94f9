import type { Random } from "../random.js";

/** What may stand for `{name}` in a pattern; the choices may have slots themselves. */
export type Slots = Readonly<Record<string, readonly string[]>>;

/** One of the items, each as likely. */
export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random.next() * items.length)];
  if (item === undefined) throw new RangeError("There is nothing to pick from: give at least one item.");
  return item;
}

/**
 * Fills the slots of a pattern at random until none is left, and starts the result with a capital.
 * @throws RangeError when a pattern names a slot that is not given
 */
export function filled(random: Random, pattern: string, slots: Slots): string {
  let text = pattern;
  while (text.includes("{")) {
    text = text.replace(/\{(\w+)\}/, (_, name: string) => {
      const choices = slots[name];
      if (choices === undefined) throw new RangeError(`The slot {${name}} of "${pattern}" has no choices: add them.`);
      return pick(random, choices);
    });
  }
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

const MOST_ATTEMPTS_A_TEXT = 200;

/**
 * Different items, as many as asked.
 * @param make gives an item at random
 * @param textOf what two items must not have in common
 * @throws RangeError when `make` has not so many different ones
 */
export function distinct<T>(count: number, make: (index: number) => T, textOf: (item: T) => string): T[] {
  const items = new Map<string, T>();
  for (let attempt = 0; items.size < count; attempt += 1) {
    if (attempt > count * MOST_ATTEMPTS_A_TEXT) {
      throw new RangeError(
        `The grammar has only ${items.size} of the ${count} texts that are asked for: ask for fewer.`,
      );
    }
    const item = make(items.size);
    if (!items.has(textOf(item))) items.set(textOf(item), item);
  }
  return [...items.values()];
}
