import { type JWTPayload, jwtVerify } from "jose";
import type { Logger } from "pino";
import type { Authenticator } from "./authenticator.js";
import type { Caller } from "./caller.js";
import type { OpenIdConfig } from "./config.js";
import { OpenIdDiscovery } from "./openid-discovery.js";
import { OpenIdKeys } from "./openid-keys.js";
import { SCOPES, type Scope, withImplied } from "./scope.js";

/** Signatures with a public key only: with HS256 whoever knows the public key could sign. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

/** How far clocks may be apart, in seconds. */
const CLOCK_TOLERANCE = 5;

/** The most characters of a subject that is taken for a name; OpenID Connect allows 255. */
const MAX_SUBJECT = 255;

/** Tells whom a JWT of an OpenID provider belongs to. */
export class OpenIdAuthenticator implements Authenticator {
  private readonly keys: OpenIdKeys;

  constructor(
    private readonly config: OpenIdConfig,
    private readonly log: Logger,
    discovery: OpenIdDiscovery = new OpenIdDiscovery(config.issuer),
  ) {
    this.keys = new OpenIdKeys(config.issuer, discovery, log, config.keys);
  }

  async callerOf(token: string): Promise<Caller | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.keys.find, {
        issuer: this.config.issuer,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE,
        requiredClaims: ["sub", "exp"],
      });
      return this.isForUs(payload) ? this.caller(payload) : undefined;
    } catch (error) {
      // The code alone: the error itself holds what the token says of its owner.
      this.log.debug({ code: (error as { code?: string }).code }, "a token was refused");
      return undefined;
    }
  }

  /** Cognito's access tokens have no audience but the id of the client that they were given to. */
  private isForUs({ aud, client_id }: JWTPayload): boolean {
    const audiences = aud === undefined ? [client_id] : [aud].flat();
    return audiences.some((audience) => this.config.audiences.includes(audience as string));
  }

  private caller(payload: JWTPayload): Caller | undefined {
    const { sub } = payload;
    if (typeof sub !== "string" || sub === "" || sub.length > MAX_SUBJECT || /\p{Cc}/u.test(sub)) return undefined;
    const actor = `user:${sub}`;
    return { actor, scopes: withImplied(this.scopesOf(payload)), client: actor };
  }

  private scopesOf(payload: JWTPayload): Scope[] {
    const { claims, scopePrefix, userScopes } = this.config;
    const granted = new Set(claims.flatMap((claim) => words(payload[claim])));
    return SCOPES.filter((scope) => userScopes.includes(scope) || granted.has(scopePrefix + scope));
  }
}

/** A claim's words: OAuth writes scopes as one text with spaces, groups are arrays. */
function words(claim: unknown): string[] {
  if (typeof claim === "string") return claim.split(" ");
  return Array.isArray(claim) ? claim.filter((each) => typeof each === "string") : [];
}
