import type { Judgement } from "./decision.js";
import type { Decision, Emotion } from "./prediction.js";

/** Why a decision was not recorded, and will not be by sending it again. */
export type OutboxProblem =
  | {
      readonly kind: "conflict";
      /** What somebody else decided meanwhile. */
      readonly stored: Judgement & { readonly version: number; readonly actor: string; readonly at: string | null };
    }
  | { readonly kind: "refused"; readonly code: string; readonly message: string };

/** A decision on its way to the server. */
export interface OutboxEntry {
  /** Later decisions have greater ids. */
  readonly id: string;
  /** The tab that sends it; NO_TAB while it waits for its owner. */
  readonly tab: string;
  /** Who took it, see `sessionOwner`. Without one it goes out under whoever is signed in. */
  readonly owner?: string | null;
  readonly predictionId: string;
  /** The beginning of the text, for people. */
  readonly text: string;
  readonly predicted: Emotion;
  readonly decision: Decision;
  /** What will hold once it is recorded. */
  readonly result: Judgement;
  /** The version of the prediction that the person saw. */
  readonly expectedVersion: number;
  readonly problem: OutboxProblem | null;
}

/** What a decision has for a tab that none may send as long as somebody else is signed in. */
export const NO_TAB = "";

/** Keeps decisions until the server has acknowledged them. */
export interface OutboxStorage {
  list(): OutboxEntry[];
  /** @returns false where it lasts only until the page is left */
  put(entry: OutboxEntry): boolean;
  remove(id: string): void;
}

const PREFIX = "sentiloop.outbox.";

/**
 * The storage of the browser. Each decision has a name of its own in it, so that tabs never write over each other's;
 * and it is written before the function returns, so that a reload right after the key was pressed loses nothing.
 */
export const browserOutboxStorage: OutboxStorage = {
  list: () => stored().map(([, text]) => JSON.parse(text) as OutboxEntry),
  put: (entry) => {
    try {
      localStorage.setItem(PREFIX + entry.id, JSON.stringify(entry));
      return true;
    } catch {
      return false;
    }
  },
  remove: (id) => {
    try {
      localStorage.removeItem(PREFIX + id);
    } catch {
      // Nothing could be stored there either.
    }
  },
};

/** The decision that another tab has just put into the storage; null when the event is about something else. */
export function entryOf({ key, newValue }: StorageEvent): OutboxEntry | null {
  return key?.startsWith(PREFIX) && newValue !== null ? (JSON.parse(newValue) as OutboxEntry) : null;
}

/** Whether another tab has changed something here. */
export function isAboutOutbox({ key }: StorageEvent): boolean {
  return key === null || key.startsWith(PREFIX);
}

function stored(): [string, string][] {
  try {
    return Object.entries(localStorage as unknown as Record<string, string>)
      .filter(([name]) => name.startsWith(PREFIX))
      .sort(([a], [b]) => (a < b ? -1 : 1));
  } catch {
    return [];
  }
}
