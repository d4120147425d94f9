import type { Logger } from "pino";
import type { Access } from "./access.js";
import { ApiKeyAuthenticator } from "./api-key-authenticator.js";
import type { ApiKeyStore } from "./api-key-store.js";
import type { Authenticator } from "./authenticator.js";
import type { Config, OpenIdConfig } from "./config.js";
import { GuardedAccess } from "./guarded-access.js";
import { OpenAccess } from "./open-access.js";

/** Lets in whom the configuration says: everybody, owners of API keys, or also who signed in elsewhere. */
export async function createAccess(config: Config, keys: ApiKeyStore, log: Logger): Promise<Access> {
  const { openId, requiresCredentials } = config;
  if (!requiresCredentials) return new OpenAccess();
  return new GuardedAccess({
    keys: new ApiKeyAuthenticator(keys),
    tokens: openId && (await openIdAuthenticator(openId, log)),
    signIn: {
      authentication: openId === undefined ? "key" : "openid",
      openId: openId === undefined ? null : { issuer: openId.issuer, clientId: openId.clientId },
    },
  });
}

/** Loaded only where it is used: loading its library takes longer than starting all the rest of the gateway. */
async function openIdAuthenticator(config: OpenIdConfig, log: Logger): Promise<Authenticator> {
  const { OpenIdAuthenticator } = await import("./openid-authenticator.js");
  return new OpenIdAuthenticator(config, log);
}
