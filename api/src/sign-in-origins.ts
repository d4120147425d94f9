import type { Logger } from "pino";
import type { OpenIdDiscovery } from "./openid-discovery.js";

/** After a failure the provider is left alone for so long, in milliseconds. */
const REST = 10_000;

/**
 * The origins that the page asks when somebody signs in: the issuer's, and those of its endpoints, which may be
 * others. Amazon Cognito's issuer and token endpoint are two hosts, and so are Google's.
 */
export class SignInOrigins {
  private restsUntil = 0;

  /** @param discovery without it the issuer's own origin is all that is known */
  constructor(
    private readonly issuer: string,
    private readonly discovery: OpenIdDiscovery | undefined,
    private readonly log: Logger,
  ) {}

  async find(): Promise<readonly string[]> {
    return [...new Set([this.issuer, ...(await this.endpoints())].map((address) => new URL(address).origin))];
  }

  private async endpoints(): Promise<string[]> {
    if (this.discovery === undefined || Date.now() < this.restsUntil) return [];
    try {
      const { token_endpoint, revocation_endpoint } = await this.discovery.find();
      return [token_endpoint, revocation_endpoint].filter((address) => address !== undefined);
    } catch (error) {
      this.restsUntil = Date.now() + REST;
      this.log.warn({ err: error, issuer: this.issuer }, "the OpenID provider does not say where people sign in");
      return [];
    }
  }
}
