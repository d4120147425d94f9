import { onScopeDispose } from "vue";
import type { Emotion } from "../api.js";
import { EMOTIONS } from "../emotion.js";

/** What a person can decide by one key. */
export interface DecisionVerbs {
  approve(): void;
  choose(emotion: Emotion): void;
  undo(): void;
}

/**
 * Lets a person decide without leaving the sentence box. The keys go with Alt, because a single letter would
 * also be heard from people who dictate or type elsewhere; with Ctrl too it is AltGr, which types characters.
 */
export function useDecisionKeys(verbs: DecisionVerbs): void {
  const listen = (event: KeyboardEvent) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.repeat) return;
    const verb = verbFor(event.code, verbs);
    if (!verb) return;
    event.preventDefault();
    event.stopPropagation();
    verb();
  };
  window.addEventListener("keydown", listen, { capture: true });
  onScopeDispose(() => window.removeEventListener("keydown", listen, { capture: true }));
}

/** @param code the key by its place on the keyboard: with Alt, `key` depends on the layout */
function verbFor(code: string, { approve, choose, undo }: DecisionVerbs): (() => void) | undefined {
  if (code === "Enter" || code === "NumpadEnter") return approve;
  if (code === "KeyZ") return undo;
  const emotion = EMOTIONS[Number(/^Digit([1-9])$/.exec(code)?.[1]) - 1];
  return emotion && (() => choose(emotion));
}
