import { onScopeDispose } from "vue";
import { EMOTIONS } from "../emotion.js";
import type { Emotion } from "../prediction.js";
import { singleKeys } from "../single-keys.js";

/** What a person can do by one key. */
export interface DecisionVerbs {
  approve(): void;
  choose(emotion: Emotion): void;
  undo(): void;
  skip?(): void;
  /** Goes to where the next sentence is written. */
  write?(): void;
}

/**
 * Lets a person decide by A, 1 to 7, Z and, where there is something to skip, S; "/" goes to where one writes. In a text
 * box the keys that decide go with Alt, because there they write; with Ctrl too it is AltGr, which types characters.
 */
export function useDecisionKeys(verbs: DecisionVerbs): void {
  const listen = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.repeat || document.querySelector("dialog[open]")) return;
    const verb = event.altKey ? verbWithAlt(event, verbs) : verbAlone(event, verbs);
    if (!verb) return;
    event.preventDefault();
    event.stopPropagation();
    verb();
  };
  window.addEventListener("keydown", listen, { capture: true });
  onScopeDispose(() => window.removeEventListener("keydown", listen, { capture: true }));
}

type Verb = (() => void) | undefined;

/** By the place of the key on the keyboard: with Alt, the character depends on the layout. */
function verbWithAlt({ code, shiftKey }: KeyboardEvent, verbs: DecisionVerbs): Verb {
  if (shiftKey) return undefined;
  if (code === "Enter" || code === "NumpadEnter") return verbs.approve;
  if (code === "KeyZ") return verbs.undo;
  return verbOfDigit(code, verbs);
}

function verbAlone({ key, code, target }: KeyboardEvent, verbs: DecisionVerbs): Verb {
  if (!singleKeys.value || writes(target)) return undefined;
  const letters: Record<string, Verb> = { a: verbs.approve, z: verbs.undo, s: verbs.skip, "/": verbs.write };
  return letters[key.toLowerCase()] ?? verbOfDigit(code, verbs);
}

function verbOfDigit(code: string, { choose }: DecisionVerbs): Verb {
  const emotion = EMOTIONS[Number(/^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1]) - 1];
  return emotion && (() => choose(emotion));
}

/** Whether a key means a character there. */
function writes(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
