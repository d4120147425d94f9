import {
  adoptStoredSession,
  endAsking,
  explainSignIn,
  type OpenIdSession,
  replaceTokens,
  session,
  sessionKey,
} from "./session.js";

/** Taken while tokens are renewed: two tabs that do so at once could be taken for thieves of each other. */
const LOCK = "sentiloop.renewal";
/** A provider that cannot be reached is left alone for so long, in milliseconds. */
const REST = 10_000;

let running: Promise<void> | null = null;
let restsUntil = 0;

/** What a request carries; tokens that are about to expire are renewed before. */
export async function keyToCarry(): Promise<string | null> {
  const held = session.value;
  if (held?.kind === "openid" && held.refreshToken !== null && Date.now() >= held.renewAt)
    await renew(held.accessToken);
  return sessionKey.value;
}

/** Whether something that the server refused may be replaced by something newer. */
export function canRenew(refused: string | null): boolean {
  const held = session.value;
  return held?.kind === "openid" && (held.accessToken !== refused || held.refreshToken !== null);
}

/** Replaces an access token by a newer one, where that can be done. */
export async function renew(old: string): Promise<void> {
  running ??= renewOnce(old).finally(() => {
    running = null;
  });
  return running;
}

async function renewOnce(old: string): Promise<void> {
  // Missing where the page is served without TLS.
  const locks = globalThis.navigator?.locks as LockManager | undefined;
  const work = async () => {
    adoptStoredSession();
    const held = session.value;
    if (held?.kind === "openid" && held.accessToken === old) await replace(held);
  };
  await (locks ? locks.request(LOCK, work) : work());
}

async function replace(held: OpenIdSession): Promise<void> {
  if (held.refreshToken === null || Date.now() < restsUntil) return;
  const client = await import("./openid-client.js").catch(() => null);
  try {
    if (client === null) throw new TypeError();
    replaceTokens(await client.renewTokens(held, held.refreshToken));
    endAsking();
  } catch (cause) {
    const why = client?.failureOf(cause) ?? { reason: "away" as const, detail: "" };
    // Whoever cannot be reached may take it later; whoever said no will say so again.
    if (why.reason === "away") restsUntil = Date.now() + REST;
    else replaceTokens({ ...held, refreshToken: null });
    explainSignIn(why);
  }
}
