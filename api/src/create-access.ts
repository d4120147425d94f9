import type { Logger } from "pino";
import type { Access } from "./access.js";
import { ApiKeyAuthenticator } from "./api-key-authenticator.js";
import type { ApiKeyStore } from "./api-key-store.js";
import type { Config, OpenIdConfig } from "./config.js";
import { GuardedAccess } from "./guarded-access.js";
import { MemoryRateLimiter } from "./memory-rate-limiter.js";
import { OpenAccess } from "./open-access.js";
import { OpenIdDiscovery } from "./openid-discovery.js";
import { SignInAttempts } from "./sign-in-attempts.js";
import { SignInOrigins } from "./sign-in-origins.js";

/**
 * So many sign-ins from one network may fail within so many seconds: more than people mistype, even where a proxy makes
 * one network of them all, and no load for a database.
 */
const FAILURES = 100;
const FAILURES_WINDOW = 60;

/** Lets in whom the configuration says: everybody, owners of API keys, or also who signed in elsewhere. */
export async function createAccess(config: Config, keys: ApiKeyStore, log: Logger): Promise<Access> {
  const { openId, requiresCredentials } = config;
  if (!requiresCredentials) return new OpenAccess();
  return new GuardedAccess({
    keys: new ApiKeyAuthenticator(keys),
    attempts: new SignInAttempts(new MemoryRateLimiter(FAILURES / FAILURES_WINDOW, FAILURES_WINDOW)),
    ...(openId && (await openIdParts(openId, log))),
    signIn: {
      authentication: openId === undefined ? "key" : "openid",
      openId: openId === undefined ? null : { issuer: openId.issuer, clientId: openId.clientId },
    },
  });
}

/** Loaded only where it is used: loading its library takes longer than starting all the rest of the gateway. */
async function openIdParts(config: OpenIdConfig, log: Logger) {
  const { OpenIdAuthenticator } = await import("./openid-authenticator.js");
  const discovery = new OpenIdDiscovery(config.issuer);
  return {
    tokens: new OpenIdAuthenticator(config, log, discovery),
    // Keys are given where the provider cannot be reached from here.
    origins: new SignInOrigins(config.issuer, config.keys === undefined ? discovery : undefined, log),
  };
}
