import { readStored, writeStored } from "./browser-storage.js";
import type { SignInSecrets } from "./openid-client.js";
import { failSignIn, type OpenIdProvider, session, signIn, signOut } from "./session.js";

/** How people sign in to this server; see its README. */
export interface SignInOptions {
  readonly authentication: "none" | "key" | "openid";
  readonly openId: OpenIdProvider | null;
}

/** A person who was sent to the provider and has not come back yet. */
interface Attempt {
  readonly provider: OpenIdProvider;
  readonly secrets: SignInSecrets;
  readonly remember: boolean;
  /** The page on which the person was. */
  readonly returnTo: string;
}

const STORED_AS = "sentiloop.sign-in";
/** How long the server may take to say how to sign in, in milliseconds. */
const ANSWER_WITHIN = 10_000;

const openIdClient = () => import("./openid-client.js");

/** @throws when the server does not say it now */
export async function fetchSignInOptions(): Promise<SignInOptions> {
  const answer = await fetch("/config.json", { signal: AbortSignal.timeout(ANSWER_WITHIN) });
  if (!answer.ok) throw new Error(`/config.json answered ${answer.status}`);
  return (await answer.json()) as SignInOptions;
}

/** Sends the person to the provider; comes back only when that cannot be done. @param remember see `signIn` */
export async function goAndSignIn(provider: OpenIdProvider, remember: boolean): Promise<void> {
  try {
    const { address, secrets } = await (await openIdClient()).signInAddress(provider);
    const { pathname, search, hash } = location;
    const attempt: Attempt = { provider, secrets, remember, returnTo: pathname + search + hash };
    if (!writeStored(STORED_AS, JSON.stringify(attempt), "sessionStorage")) throw new Error("sessionStorage");
    location.assign(address);
  } catch (cause) {
    await fail(cause);
  }
}

/** Signs the person in who comes back from the provider, and goes back to where the person was. */
export async function finishSignIn(): Promise<void> {
  const answer = new URLSearchParams(location.search);
  if (!answer.has("state") || !(answer.has("code") || answer.has("error"))) return;
  const attempt = takeAttempt();
  // What the provider sent is good for once; a reload or a bookmark must not send it again.
  history.replaceState(null, "", attempt?.returnTo ?? "/");
  if (!attempt) return;
  try {
    signIn(await (await openIdClient()).redeem(attempt.provider, attempt.secrets, answer), attempt.remember);
  } catch (cause) {
    await fail(cause);
  }
}

/** Forgets who is signed in, with the provider, too; the page begins anew, without anything that it knew. */
export async function signOutAndLeave(): Promise<void> {
  const left = session.value;
  signOut();
  const elsewhere = left?.kind === "openid" && (await (await openIdClient()).endSession(left).catch(() => null));
  location.assign(elsewhere || "/");
}

async function fail(cause: unknown): Promise<void> {
  const away = { reason: "away", detail: String(cause) } as const;
  failSignIn(
    await openIdClient().then(
      ({ failureOf }) => failureOf(cause),
      () => away,
    ),
  );
}

function takeAttempt(): Attempt | null {
  const text = readStored(STORED_AS, "sessionStorage");
  writeStored(STORED_AS, null, "sessionStorage");
  return text === null ? null : (JSON.parse(text) as Attempt);
}
