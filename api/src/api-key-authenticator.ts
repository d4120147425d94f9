import { type ApiKey, isSecretOf, parseApiKey, statusOf } from "./api-key.js";
import type { ApiKeyStore } from "./api-key-store.js";
import type { Authenticator } from "./authenticator.js";
import type { Caller } from "./caller.js";
import { withImplied } from "./scope.js";

/** For how long a key is not looked up again, in milliseconds: the longest that a revoked one still works. */
const REMEMBERED = 2000;

/** Of how many keys at most it is remembered what the store said; beyond, the oldest are forgotten. */
const MAX_REMEMBERED = 10_000;

interface LookUp {
  key: Promise<ApiKey | undefined>;
  until: number;
}

/** Tells whom an API key belongs to. */
export class ApiKeyAuthenticator implements Authenticator {
  private readonly remembered = new Map<string, LookUp>();

  constructor(
    private readonly store: ApiKeyStore,
    private readonly maxRemembered = MAX_REMEMBERED,
  ) {}

  /** How many keys it holds in memory. */
  get rememberedKeys(): number {
    return this.remembered.size;
  }

  async callerOf(token: string): Promise<Caller | undefined> {
    const { id, secret } = parseApiKey(token) ?? {};
    if (id === undefined || secret === undefined) return undefined;
    const key = await this.lookUp(id);
    if (!isSecretOf(key, secret) || key === undefined || statusOf(key) !== "active") return undefined;
    const actor = `key:${id}`;
    return { actor, scopes: withImplied(key.scopes), client: actor };
  }

  private lookUp(id: string): Promise<ApiKey | undefined> {
    const now = performance.now();
    const before = this.remembered.get(id);
    if (before !== undefined && now < before.until) return before.key;
    const key = this.store.find(id);
    key.catch(() => this.remembered.delete(id));
    this.remembered.delete(id);
    this.remembered.set(id, { key, until: now + REMEMBERED });
    const [oldest] = this.remembered.keys();
    if (this.remembered.size > this.maxRemembered && oldest !== undefined) this.remembered.delete(oldest);
    return key;
  }
}
