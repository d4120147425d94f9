import { computed, readonly, ref, shallowRef } from "vue";
import { readStored, type StoragePlace, writeStored } from "./browser-storage.js";
import type { SignInFailure } from "./sign-in-failure.js";

/** An OpenID provider, and the name by which it knows this page. */
export interface OpenIdProvider {
  readonly issuer: string;
  readonly clientId: string;
}

/** What a provider gave somebody who signed in there. */
export interface Tokens {
  readonly accessToken: string;
  /** When to ask for newer ones: before they expire; in milliseconds of this device's clock. */
  readonly renewAt: number;
  /** null where the provider gives none, or does not take it any more. */
  readonly refreshToken: string | null;
  readonly idToken: string | null;
}

/** Signed in with a provider. */
export interface OpenIdSession extends Tokens {
  readonly kind: "openid";
  readonly provider: OpenIdProvider;
  /** Who it is to the provider; missing in sessions that were kept before the page asked for it. */
  readonly subject?: string;
}

/** How somebody is known to the server. */
export type Session = { readonly kind: "key"; readonly apiKey: string } | OpenIdSession;

const STORED_AS = "sentiloop.session";
const PLACES: readonly StoragePlace[] = ["sessionStorage", "localStorage"];

const current = shallowRef(stored());
const asked = ref(false);
const failure = shallowRef<SignInFailure | null>(null);
const count = ref(0);

/** Who is signed in; null while nobody is. */
export const session = readonly(current);

/** What requests carry: an API key or an access token; null while nobody is signed in. */
export const sessionKey = computed(() => keyOf(current.value));

/** Changes whenever somebody signs in, not when tokens are renewed. */
export const signIns = readonly(count);

/** The server refused a request because it does not know, or no longer knows, who sends it. */
export const signInAsked = readonly(asked);

/** Why signing in, or staying so, failed; null where it did not. */
export const signInFailure = readonly(failure);

/** What is there was refused, whatever it is. */
export const keyRefused = computed(() => asked.value && current.value !== null);

/** Every request carries it from now on. @param remember also once the tab was closed */
export function signIn(given: Session, remember: boolean): void {
  signOut();
  writeStored(STORED_AS, JSON.stringify(given), remember ? "localStorage" : "sessionStorage");
  begin(given);
}

/** Goes on with newer tokens of the same sign-in. */
export function replaceTokens(newer: OpenIdSession): void {
  const place = PLACES.find((each) => readStored(STORED_AS, each) !== null);
  if (place) writeStored(STORED_AS, JSON.stringify(newer), place);
  current.value = newer;
}

/** Forgets who is signed in. */
export function signOut(): void {
  for (const place of PLACES) writeStored(STORED_AS, null, place);
  current.value = null;
  asked.value = false;
  failure.value = null;
}

/** The server wants to know who is there. @param refused what the refused request carried */
export function askToSignIn(refused: string | null): void {
  // A request from before the person signed in says nothing about the new key.
  if (refused === sessionKey.value) asked.value = true;
}

/** Says why signing in did not work, and lets the person try again. */
export function failSignIn(why: SignInFailure): void {
  explainSignIn(why);
  asked.value = true;
}

/** Says what to tell the person should the server ask to sign in. */
export function explainSignIn(why: SignInFailure): void {
  failure.value = why;
}

/** The server knows who is there after all. */
export function endAsking(): void {
  asked.value = false;
  failure.value = null;
}

/** Goes on with what this browser remembers: another tab may have renewed it, or signed out. */
export function adoptStoredSession(): void {
  const found = stored();
  const key = keyOf(found);
  if (key === sessionKey.value) return;
  if (found === null) signOut();
  else if (current.value === null || asked.value) begin(found);
  else current.value = found;
}

if (globalThis.window) {
  addEventListener("storage", ({ key }) => key === STORED_AS && adoptStoredSession());
}

function begin(given: Session): void {
  current.value = given;
  endAsking();
  count.value += 1;
}

function keyOf(held: Session | null): string | null {
  if (held === null) return null;
  return held.kind === "key" ? held.apiKey : held.accessToken;
}

function stored(): Session | null {
  const text = PLACES.map((place) => readStored(STORED_AS, place)).find((each) => each !== null);
  try {
    return text ? (JSON.parse(text) as Session) : null;
  } catch {
    return null;
  }
}
