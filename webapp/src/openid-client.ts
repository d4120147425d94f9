import * as oauth from "oauth4webapi";
import type { OpenIdProvider, OpenIdSession, Tokens } from "./session.js";
import type { SignInFailure } from "./sign-in-failure.js";

/** Speaks OpenID Connect with a provider; loaded only when somebody signs in, and the only file that knows how. */

/** How long the provider may take for an answer, in milliseconds. */
const ANSWER_WITHIN = 10_000;
/** How far the clocks of this device and of the provider may be apart, in seconds. */
const CLOCK_TOLERANCE = 60;
/** Tokens are renewed so long before they expire, in seconds; those that live shorter, half-way. */
const AHEAD = 30;

/** What only the tab knows that sent somebody to the provider. */
export interface SignInSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** What the library says of an answer that is none of a provider, but of what stands in its place. */
const AWAY: readonly string[] = [oauth.RESPONSE_IS_NOT_CONFORM, oauth.RESPONSE_IS_NOT_JSON];
const PUBLIC_CLIENT = oauth.None();
const described = new Map<string, Promise<oauth.AuthorizationServer>>();

/** Where the provider sends people back to. One address for all pages, because it must be known to the provider. */
const redirectUri = () => `${location.origin}/`;

/**
 * The address at which a person signs in, by authorization code with PKCE.
 * @throws whatever `failureOf` puts into words
 */
export async function signInAddress(provider: OpenIdProvider): Promise<{ address: string; secrets: SignInSecrets }> {
  const { authorization_endpoint, scopes_supported } = await describe(provider);
  if (!authorization_endpoint) throw new Error(`${provider.issuer} has no page to sign in`);
  const secrets: SignInSecrets = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
  };
  const parameters = {
    response_type: "code",
    client_id: provider.clientId,
    redirect_uri: redirectUri(),
    // Some providers give a refresh token only to who asks for one, others do not know the word.
    scope: scopes_supported?.includes("offline_access") ? "openid offline_access" : "openid",
    state: secrets.state,
    nonce: secrets.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(secrets.verifier),
    code_challenge_method: "S256",
  };
  return { address: withParameters(authorization_endpoint, parameters), secrets };
}

/** Gets tokens for what the provider sent the person back with. @throws whatever `failureOf` puts into words */
export async function redeem(
  provider: OpenIdProvider,
  secrets: SignInSecrets,
  answer: URLSearchParams,
): Promise<OpenIdSession> {
  const server = await describe(provider);
  const client = clientOf(provider);
  const checked = oauth.validateAuthResponse(server, client, answer, secrets.state);
  const given = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    PUBLIC_CLIENT,
    checked,
    redirectUri(),
    secrets.verifier,
    optionsFor(provider),
  );
  const expected = { expectedNonce: secrets.nonce, requireIdToken: true };
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, given, expected);
  const subject = oauth.getValidatedIdTokenClaims(tokens)?.sub;
  return { kind: "openid", provider, ...tokensOf(tokens), ...(subject !== undefined && { subject }) };
}

/** Newer tokens of the same sign-in. @throws whatever `failureOf` puts into words */
export async function renewTokens(held: OpenIdSession, refreshToken: string): Promise<OpenIdSession> {
  const { provider } = held;
  const server = await describe(provider);
  const client = clientOf(provider);
  const options = optionsFor(provider);
  const given = await oauth.refreshTokenGrantRequest(server, client, PUBLIC_CLIENT, refreshToken, options);
  const newer = tokensOf(await oauth.processRefreshTokenResponse(server, client, given));
  return {
    ...held,
    ...newer,
    refreshToken: newer.refreshToken ?? refreshToken,
    idToken: newer.idToken ?? held.idToken,
  };
}

/** Ends a sign-in with its provider as far as that can be done from here. @returns where to go to end the rest of it */
export async function endSession({ provider, refreshToken, idToken }: OpenIdSession): Promise<string> {
  const server = await describe(provider);
  if (server.revocation_endpoint && refreshToken !== null) {
    const options = optionsFor(provider);
    await oauth
      .revocationRequest(server, clientOf(provider), PUBLIC_CLIENT, refreshToken, options)
      .catch(() => undefined);
  }
  if (!server.end_session_endpoint) return redirectUri();
  return withParameters(server.end_session_endpoint, {
    client_id: provider.clientId,
    ...(idToken !== null && { id_token_hint: idToken }),
    post_logout_redirect_uri: redirectUri(),
    // What Amazon Cognito calls it.
    logout_uri: redirectUri(),
  });
}

/** Says why something here was thrown. */
export function failureOf(cause: unknown): SignInFailure {
  if (!globalThis.crypto?.subtle) return { reason: "insecure", detail: "" };
  if (cause instanceof oauth.AuthorizationResponseError || cause instanceof oauth.ResponseBodyError) {
    const detail = cause.error_description ?? cause.error;
    if (cause.error === "access_denied") return { reason: "denied", detail };
    return { reason: cause.error === "invalid_grant" ? "ended" : "other", detail };
  }
  const { code, name, message } = cause as { code?: string; name: string; message: string };
  if (code === oauth.JWT_TIMESTAMP_CHECK) return { reason: "clock", detail: message };
  const away = AWAY.includes(code ?? "") || name === "TimeoutError" || cause instanceof TypeError;
  return { reason: away ? "away" : "other", detail: message };
}

function describe(provider: OpenIdProvider): Promise<oauth.AuthorizationServer> {
  const known = described.get(provider.issuer) ?? discover(provider);
  described.set(provider.issuer, known);
  known.catch(() => described.delete(provider.issuer));
  return known;
}

async function discover(provider: OpenIdProvider): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(provider.issuer);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, optionsFor(provider)));
}

function clientOf({ clientId }: OpenIdProvider): oauth.Client {
  return { client_id: clientId, [oauth.clockTolerance]: CLOCK_TOLERANCE };
}

function optionsFor({ issuer }: OpenIdProvider) {
  return {
    signal: () => AbortSignal.timeout(ANSWER_WITHIN),
    // The server takes such an issuer on the same machine only.
    [oauth.allowInsecureRequests]: issuer.startsWith("http://"),
  };
}

function tokensOf({ access_token, refresh_token, id_token, expires_in }: oauth.TokenEndpointResponse): Tokens {
  const fresh =
    expires_in === undefined ? Number.MAX_SAFE_INTEGER : Math.max(expires_in - AHEAD, expires_in / 2) * 1000;
  return {
    accessToken: access_token,
    renewAt: Date.now() + fresh,
    refreshToken: refresh_token ?? null,
    idToken: id_token ?? null,
  };
}

function withParameters(address: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
