import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Access } from "../../api/src/access.js";
import { createApiKey } from "../../api/src/api-key.js";
import { ApiKeyAuthenticator } from "../../api/src/api-key-authenticator.js";
import { FileApiKeyStore } from "../../api/src/file-api-key-store.js";
import { GuardedAccess } from "../../api/src/guarded-access.js";
import { MemoryRateLimiter } from "../../api/src/memory-rate-limiter.js";
import type { Scope } from "../../api/src/scope.js";
import { SignInAttempts } from "../../api/src/sign-in-attempts.js";

/** A folder of API keys and the access that demands one of them. */
export class TestApiKeys {
  private readonly folder = mkdtempSync(join(tmpdir(), "sentiloop-keys-"));
  readonly store = new FileApiKeyStore(this.folder);
  readonly access: Access;

  /** @param failures how many sign-ins may fail within a minute */
  constructor(failures = 100_000) {
    this.access = new GuardedAccess({
      keys: new ApiKeyAuthenticator(this.store),
      attempts: new SignInAttempts(new MemoryRateLimiter(failures / 60, 60)),
      signIn: { authentication: "key", openId: null },
    });
  }

  /** Makes a key and gives what its owner sends. */
  async create(scopes: readonly Scope[], expiresAt: Date | null = null): Promise<string> {
    const { stored, key } = createApiKey("test", scopes, expiresAt);
    await this.store.add(stored);
    return key;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
