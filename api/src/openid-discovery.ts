import * as z from "zod";

/** How long the provider may take for an answer, in milliseconds. */
const ANSWER_WITHIN = 3000;

const address = z.url({ protocol: /^https?$/ });

const description = z.object({
  issuer: z.string(),
  jwks_uri: address,
  token_endpoint: address.optional(),
  revocation_endpoint: address.optional(),
});

/** What an OpenID provider says of itself. */
export type OpenIdDescription = z.infer<typeof description>;

/** The discovery document of an OpenID provider, fetched when it is needed first, and kept. */
export class OpenIdDiscovery {
  private found: Promise<OpenIdDescription> | undefined;

  constructor(private readonly issuer: string) {}

  /** @throws when the provider gives none now, or one of another issuer; it is asked again by the next call */
  find(): Promise<OpenIdDescription> {
    this.found ??= this.fetch().catch((error) => {
      this.found = undefined;
      throw error;
    });
    return this.found;
  }

  private async fetch(): Promise<OpenIdDescription> {
    const address = `${this.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const answer = await fetch(address, { redirect: "error", signal: AbortSignal.timeout(ANSWER_WITHIN) });
    if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
    const described = description.parse(await answer.json());
    // Else one provider could speak for another.
    if (described.issuer !== this.issuer)
      throw new Error(`${address} is of the issuer ${described.issuer}, not ${this.issuer}`);
    return described;
  }
}
