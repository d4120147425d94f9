import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TestOpenIdProvider } from "./openid-provider.js";

/** Somebody who has been to the page on which people sign in. */
interface Grant {
  clientId: string;
  redirectUri: string;
  challenge: string;
  nonce: string;
}

type Answer = { status?: number; body: Record<string, unknown> };

/**
 * Where people sign in with a test's OpenID provider, and get their tokens: at another origin than the issuer, as with
 * Amazon Cognito. It demands PKCE, and takes each code and each refresh token once.
 */
export class TestSignInService {
  /** What the access tokens of the next answers claim, and how long they live, in seconds. */
  claims: Record<string, unknown> = {};
  lifetime = 3600;
  /** What the next ID tokens claim. */
  idClaims: Record<string, unknown> = {};
  /** Every access token that was given, in order. */
  readonly given: string[] = [];
  readonly revoked: string[] = [];
  /** Ends every connection to the token endpoint without an answer. */
  away = false;
  /** Takes no refresh token. */
  refusesRenewal = false;

  private readonly codes = new Map<string, Grant>();
  private readonly refreshTokens = new Map<string, Grant>();
  private readonly server = createServer((request, response) => void this.answer(request, response));

  private constructor(private readonly provider: TestOpenIdProvider) {}

  static async start(provider: TestOpenIdProvider): Promise<TestSignInService> {
    const service = new TestSignInService(provider);
    await new Promise<void>((resolve) => service.server.listen(0, "127.0.0.1", resolve));
    provider.describes = {
      authorization_endpoint: `${service.origin}/authorize`,
      token_endpoint: `${service.origin}/token`,
      revocation_endpoint: `${service.origin}/revoke`,
      end_session_endpoint: `${service.origin}/logout`,
    };
    return service;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "", this.origin);
    if (pathname === "/authorize") return this.page(searchParams, response);
    if (pathname === "/logout") {
      response.writeHead(302, { location: searchParams.get("post_logout_redirect_uri") ?? "" }).end();
      return;
    }
    if (this.away) return void response.destroy();
    const form = new URLSearchParams(await text(request));
    const { status = 200, body } = pathname === "/revoke" ? this.revoke(form) : await this.tokens(form);
    response
      .writeHead(status, { "content-type": "application/json", "access-control-allow-origin": "*" })
      .end(JSON.stringify(body));
  }

  /** Two links in place of a form: to be somebody, or not. */
  private page(asked: URLSearchParams, response: ServerResponse): void {
    const value = (name: string) => asked.get(name) ?? "";
    if (value("response_type") !== "code" || value("code_challenge_method") !== "S256" || !value("code_challenge")) {
      return void response.writeHead(400).end("Only authorization code with PKCE.");
    }
    const code = randomUUID();
    const redirectUri = value("redirect_uri");
    this.codes.set(code, {
      clientId: value("client_id"),
      redirectUri,
      challenge: value("code_challenge"),
      nonce: value("nonce"),
    });
    const state = encodeURIComponent(value("state"));
    const back = (answer: string) => `${redirectUri}?${answer}&state=${state}`.replaceAll("&", "&amp;");
    response
      .writeHead(200, { "content-type": "text/html" })
      .end(`<a href="${back(`code=${code}`)}">I am Ada</a> <a href="${back("error=access_denied")}">Cancel</a>`);
  }

  private async tokens(form: URLSearchParams): Promise<Answer> {
    const value = (name: string) => form.get(name) ?? "";
    const renewal = value("grant_type") === "refresh_token";
    const grant = renewal ? this.refreshTokens.get(value("refresh_token")) : this.codes.get(value("code"));
    this.refreshTokens.delete(value("refresh_token"));
    this.codes.delete(value("code"));
    const proven = renewal ? !this.refusesRenewal : isProof(grant, value("code_verifier"), value("redirect_uri"));
    if (!grant || !proven || grant.clientId !== value("client_id")) {
      return { status: 400, body: { error: "invalid_grant" } };
    }
    return { body: await this.tokensFor(grant) };
  }

  private async tokensFor(grant: Grant): Promise<Record<string, unknown>> {
    const refreshToken = randomUUID();
    this.refreshTokens.set(refreshToken, grant);
    const expires = Math.floor(Date.now() / 1000) + this.lifetime;
    const accessToken = await this.provider.sign({ exp: expires, jti: randomUUID(), ...this.claims });
    this.given.push(accessToken);
    return {
      access_token: accessToken,
      token_type: "Bearer",
      expires_in: this.lifetime,
      refresh_token: refreshToken,
      id_token: await this.provider.sign({ aud: grant.clientId, nonce: grant.nonce, ...this.idClaims }),
    };
  }

  private revoke(form: URLSearchParams): Answer {
    this.revoked.push(form.get("token") ?? "");
    this.refreshTokens.delete(form.get("token") ?? "");
    return { body: {} };
  }
}

function isProof(grant: Grant | undefined, verifier: string, redirectUri: string): boolean {
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  return grant?.challenge === challenge && grant.redirectUri === redirectUri;
}
