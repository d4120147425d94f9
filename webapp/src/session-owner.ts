import { computed } from "vue";
import { type Session, session } from "./session.js";

/** An API key has its id in front of its secret. */
const KEY_ID = /^sentiloop_([0-9a-f]{16})_/;

/**
 * Whose work this browser does now: what the server names as the actor of a decision, which is no secret and stays the same
 * from one sign-in to the next. null while nobody is signed in, or somebody whom no server could know.
 */
export const sessionOwner = computed(() => ownerOf(session.value));

function ownerOf(held: Session | null): string | null {
  if (held === null) return null;
  if (held.kind === "openid") return held.subject ? `openid:${held.provider.issuer} ${held.subject}` : null;
  const id = KEY_ID.exec(held.apiKey)?.[1];
  return id ? `key:${id}` : null;
}
