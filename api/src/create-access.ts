import type { Logger } from "pino";
import type { Access } from "./access.js";
import { ApiKeyAuthenticator } from "./api-key-authenticator.js";
import type { ApiKeyStore } from "./api-key-store.js";
import type { Config, OpenIdConfig } from "./config.js";
import { GuardedAccess } from "./guarded-access.js";
import { OpenAccess } from "./open-access.js";
import { OpenIdDiscovery } from "./openid-discovery.js";
import { SignInOrigins } from "./sign-in-origins.js";

/** Lets in whom the configuration says: everybody, owners of API keys, or also who signed in elsewhere. */
export async function createAccess(config: Config, keys: ApiKeyStore, log: Logger): Promise<Access> {
  const { openId, requiresCredentials } = config;
  if (!requiresCredentials) return new OpenAccess();
  return new GuardedAccess({
    keys: new ApiKeyAuthenticator(keys),
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
