import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWKSCacheInput,
  type JWSHeaderParameters,
  jwksCache,
} from "jose";
import type { Logger } from "pino";
import type { OpenIdDiscovery } from "./openid-discovery.js";

/** How long the provider may take for an answer, in milliseconds. */
const ANSWER_WITHIN = 3000;

/** After a failure the provider is left alone for so long, in milliseconds. */
const REST = 10_000;

/** For how long keys that were fetched serve on while the provider is away, in milliseconds. */
const SERVE_ON = 24 * 3600 * 1000;

/** A token asks for a key that the provider's answer does not have: the token's fault, not the provider's. */
const FAULTS_OF_TOKENS = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

/** The public keys of an OpenID provider, found by its discovery document, fetched when needed and kept. */
export class OpenIdKeys {
  private readonly cache: JWKSCacheInput = {};
  private remote: Promise<RemoteKeys> | undefined;
  private restsUntil = 0;

  private readonly given: ReturnType<typeof createLocalJWKSet> | undefined;

  /** @param keys the issuer's, in place of those that it publishes; then it is never asked */
  constructor(
    private readonly issuer: string,
    private readonly discovery: OpenIdDiscovery,
    private readonly log: Logger,
    keys?: JSONWebKeySet,
  ) {
    this.given = keys && createLocalJWKSet(keys);
  }

  /**
   * The key that a token says it was signed with; jose calls it.
   * @throws when there is none, or it cannot be found out now
   */
  readonly find = async (header: JWSHeaderParameters, token: FlattenedJWSInput) => {
    if (this.given !== undefined) return this.given(header, token);
    if (Date.now() >= this.restsUntil) {
      try {
        return await (await this.remoteKeys())(header, token);
      } catch (error) {
        if (FAULTS_OF_TOKENS.some((fault) => error instanceof fault)) throw error;
        this.restsUntil = Date.now() + REST;
        this.log.warn({ err: error, issuer: this.issuer }, "the keys of the OpenID provider could not be fetched");
      }
    }
    return this.fetchedBefore()(header, token);
  };

  private fetchedBefore() {
    const { jwks, uat } = this.cache as { jwks?: Parameters<typeof createLocalJWKSet>[0]; uat?: number };
    if (jwks === undefined || uat === undefined || uat + SERVE_ON < Date.now()) throw new Error("no keys are known");
    return createLocalJWKSet(jwks);
  }

  private remoteKeys(): Promise<RemoteKeys> {
    this.remote ??= this.discovery.find().then(
      ({ jwks_uri }) =>
        createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: ANSWER_WITHIN, [jwksCache]: this.cache }),
      (error) => {
        this.remote = undefined;
        throw error;
      },
    );
    return this.remote;
  }
}
