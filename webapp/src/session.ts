import { computed, readonly, ref } from "vue";
import { readStored, writeStored } from "./browser-storage.js";

const STORED_AS = "sentiloop.key";

const key = ref(readStored(STORED_AS, "sessionStorage") ?? readStored(STORED_AS));
const asked = ref(false);

/** What the person is known by to the server: an API key or a token; null while nobody is signed in. */
export const sessionKey = readonly(key);

/** The server refused a request because it does not know, or no longer knows, who sends it. */
export const signInAsked = readonly(asked);

/** The key that is there was refused. */
export const keyRefused = computed(() => asked.value && key.value !== null);

/** Every request carries the key from now on. @param remember also once the tab was closed */
export function signIn(given: string, remember: boolean): void {
  signOut();
  writeStored(STORED_AS, given, remember ? "localStorage" : "sessionStorage");
  key.value = given;
}

/** Forgets the key. */
export function signOut(): void {
  for (const place of ["localStorage", "sessionStorage"] as const) writeStored(STORED_AS, null, place);
  key.value = null;
  asked.value = false;
}

/** The server wants to know who is there. @param refused the key that the refused request carried */
export function askToSignIn(refused: string | null): void {
  // A request from before the person signed in says nothing about the new key.
  if (refused === key.value) asked.value = true;
}
