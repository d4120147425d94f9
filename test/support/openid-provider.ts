import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";

/** An OpenID provider of this test, with keys that it makes itself. */
export class TestOpenIdProvider {
  /** How often each of its addresses was asked for. */
  readonly asked: Record<string, number> = {};
  /** Answers nothing but this status, if set; 0: hangs. */
  failsWith: number | undefined;
  /** What the discovery document says instead of the provider's own address. */
  claimsToBe: string | undefined;
  /** What else the discovery document says. */
  describes: Readonly<Record<string, unknown>> = {};

  private readonly keys: { kid: string; privateKey: CryptoKey; publicKey: CryptoKey; algorithm: string }[] = [];
  private readonly server = createServer((request, response) => void this.answer(request.url ?? "", response));

  static async start(): Promise<TestOpenIdProvider> {
    const provider = new TestOpenIdProvider();
    await provider.addKey("first");
    await new Promise<void>((resolve) => provider.server.listen(0, "127.0.0.1", resolve));
    return provider;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/pool`;
  }

  async addKey(kid: string, algorithm = "RS256"): Promise<void> {
    this.keys.push({ kid, algorithm, ...(await generateKeyPair(algorithm, { extractable: true })) });
  }

  removeKey(kid: string): void {
    this.keys.splice(
      this.keys.findIndex((key) => key.kid === kid),
      1,
    );
  }

  /** A token that is good for a minute, but for what is given otherwise; undefined leaves a claim out. */
  sign(
    claims: Record<string, unknown>,
    { kid = "first", claimedKid = kid }: { kid?: string; claimedKid?: string } = {},
  ) {
    const key = this.keys.find((each) => each.kid === kid);
    if (key === undefined) throw new Error(`there is no key ${kid}`);
    const now = Math.floor(Date.now() / 1000);
    const whole = { iss: this.issuer, aud: "sentiloop", sub: "ada", iat: now, exp: now + 60, ...claims };
    return new SignJWT(whole).setProtectedHeader({ alg: key.algorithm, kid: claimedKid }).sign(key.privateKey);
  }

  /** The public key as anybody can see it, in the form that an attacker would sign HS256 with. */
  async publicKey(): Promise<string> {
    const [key] = this.keys;
    return JSON.stringify(key && (await exportJWK(key.publicKey)));
  }

  /** What it publishes of its keys. */
  async keySet() {
    const keys = this.keys.map(async ({ kid, publicKey, algorithm }) => {
      const { kty = "", ...jwk } = await exportJWK(publicKey);
      return { kty, ...jwk, kid, alg: algorithm, use: "sig" };
    });
    return { keys: await Promise.all(keys) };
  }

  stop(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(url: string, response: ServerResponse): Promise<void> {
    this.asked[url] = (this.asked[url] ?? 0) + 1;
    if (this.failsWith === 0) return;
    if (this.failsWith !== undefined) return void response.writeHead(this.failsWith).end();
    if (url === "/pool/.well-known/openid-configuration") {
      const issuer = this.claimsToBe ?? this.issuer;
      response.setHeader("access-control-allow-origin", "*");
      response.end(JSON.stringify({ issuer, jwks_uri: `${this.issuer}/keys`, ...this.describes }));
    } else {
      response.end(JSON.stringify(await this.keySet()));
    }
  }
}
