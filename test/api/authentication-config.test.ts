import { describe, expect, test } from "@jest/globals";
import { readConfig } from "../../api/src/config.js";

/** Who is let in, as the environment says it. */

const OIDC = { SENTILOOP_OIDC_ISSUER: "https://id.example/pool", SENTILOOP_OIDC_AUDIENCE: "web, cli" };

describe("without a word about authentication", () => {
  test("everybody on this machine is let in, from no other origin, at the pace of the machine", () => {
    expect(readConfig({})).toMatchObject({
      host: "127.0.0.1",
      requiresCredentials: false,
      openId: undefined,
      origins: [],
      rateLimit: 20_000,
    });
    for (const HOST of ["localhost", "::1"]) expect(readConfig({ HOST }).host).toBe(HOST);
  });

  test.each([
    "0.0.0.0",
    "::",
    "192.168.0.5",
    "sentiloop.example",
    "127.0.0.1.example",
    "localhost.",
    "127.1",
    "127.0.0.2",
  ])("HOST %s is refused, with what to set instead", (HOST) => {
    expect(() => readConfig({ HOST })).toThrow(`HOST is "${HOST}", but must be`);
    expect(() => readConfig({ HOST, SENTILOOP_AUTH: "none" })).toThrow("SENTILOOP_AUTH=keys");
  });
});

describe("where credentials are demanded", () => {
  test.each([{ SENTILOOP_AUTH: "keys" }, OIDC])("by %j, HOST may be any address", (env) => {
    expect(readConfig({ ...env, HOST: "0.0.0.0" })).toMatchObject({ host: "0.0.0.0", requiresCredentials: true });
    expect(readConfig(env).requiresCredentials).toBe(true);
  });

  test("the tokens of a provider are taken that its variables describe", () => {
    expect(readConfig(OIDC).openId).toEqual({
      issuer: "https://id.example/pool",
      audiences: ["web", "cli"],
      clientId: "web",
      claims: ["scope", "cognito:groups", "groups"],
      scopePrefix: "sentiloop/",
      userScopes: [],
    });
    const given = {
      ...OIDC,
      SENTILOOP_OIDC_CLIENT_ID: "spa",
      SENTILOOP_OIDC_CLAIMS: "roles",
      SENTILOOP_OIDC_SCOPE_PREFIX: "emotions:",
      SENTILOOP_OIDC_USER_SCOPES: "predict,feedback",
    };
    expect(readConfig(given).openId).toMatchObject({
      clientId: "spa",
      claims: ["roles"],
      scopePrefix: "emotions:",
      userScopes: ["predict", "feedback"],
    });
  });
});

test.each<[string, NodeJS.ProcessEnv]>([
  ["SENTILOOP_AUTH", { SENTILOOP_AUTH: "yes" }],
  ["SENTILOOP_AUTH", { ...OIDC, SENTILOOP_AUTH: "none" }],
  ["SENTILOOP_OIDC_ISSUER", { ...OIDC, SENTILOOP_OIDC_ISSUER: "http://id.example" }],
  ["SENTILOOP_OIDC_ISSUER", { ...OIDC, SENTILOOP_OIDC_ISSUER: "id.example" }],
  ["SENTILOOP_OIDC_ISSUER", { SENTILOOP_OIDC_AUDIENCE: "web" }],
  ["SENTILOOP_OIDC_AUDIENCE", { SENTILOOP_OIDC_ISSUER: "https://id.example" }],
  ["SENTILOOP_OIDC_AUDIENCE", { ...OIDC, SENTILOOP_OIDC_AUDIENCE: "web,," }],
  ["SENTILOOP_OIDC_USER_SCOPES", { ...OIDC, SENTILOOP_OIDC_USER_SCOPES: "root" }],
  ["SENTILOOP_ORIGINS", { SENTILOOP_ORIGINS: "*" }],
  ["SENTILOOP_ORIGINS", { SENTILOOP_ORIGINS: "null" }],
  ["SENTILOOP_ORIGINS", { SENTILOOP_ORIGINS: "https://a.example/" }],
  ["SENTILOOP_ORIGINS", { SENTILOOP_ORIGINS: "https://*.example" }],
  ["SENTILOOP_ORIGINS", { SENTILOOP_ORIGINS: "https://a.example https://b.example" }],
  ["SENTILOOP_RATE_LIMIT", { SENTILOOP_RATE_LIMIT: "0" }],
  ["SENTILOOP_RATE_LIMIT", { SENTILOOP_RATE_LIMIT: "-5" }],
  ["SENTILOOP_RATE_LIMIT", { SENTILOOP_RATE_LIMIT: "many" }],
])("a wrong %s stops the start and is named: %j", (name, env) => {
  expect(() => readConfig(env)).toThrow(new RegExp(`^${name} is .*, but must be`));
});

test("origins and the rate limit are taken as given", () => {
  const env = { SENTILOOP_ORIGINS: "https://a.example, http://localhost:5173", SENTILOOP_RATE_LIMIT: "off" };
  expect(readConfig(env)).toMatchObject({
    origins: ["https://a.example", "http://localhost:5173"],
    rateLimit: undefined,
  });
  expect(readConfig({ SENTILOOP_RATE_LIMIT: "50" }).rateLimit).toBe(50);
});
