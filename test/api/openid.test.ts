import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import pino from "pino";
import type { OpenIdConfig } from "../../api/src/config.js";
import { OpenIdAuthenticator } from "../../api/src/openid-authenticator.js";
import { TestOpenIdProvider } from "../support/openid-provider.js";

/** Which tokens of an OpenID provider are good. The provider and all of its keys are this test's own. */

let provider: TestOpenIdProvider;
let lines: string[];
let authenticator: OpenIdAuthenticator;

beforeEach(async () => {
  provider = await TestOpenIdProvider.start();
  lines = [];
  authenticator = withConfig();
});
afterEach(() => provider.stop());

function withConfig(config: Partial<OpenIdConfig> = {}): OpenIdAuthenticator {
  const log = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
  const defaults = {
    issuer: provider.issuer,
    audiences: ["sentiloop", "other-client"],
    clientId: "sentiloop",
    claims: ["scope", "cognito:groups"],
    scopePrefix: "sentiloop/",
    userScopes: [],
  };
  return new OpenIdAuthenticator({ ...defaults, ...config }, log);
}

const now = () => Math.floor(Date.now() / 1000);

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("a good token", () => {
  test("names its subject as the actor, and no scope by itself", async () => {
    const caller = await authenticator.callerOf(await provider.sign({ email: "ada@example.com" }));
    expect(caller).toEqual({ actor: "user:ada", client: "user:ada", scopes: new Set() });
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    ["scopes in one text", { scope: "openid sentiloop/predict sentiloop/export" }, ["predict", "export"]],
    ["groups in an array", { "cognito:groups": ["sentiloop/feedback", "staff"] }, ["feedback"]],
    ["both", { scope: "sentiloop/predict", "cognito:groups": ["sentiloop/export"] }, ["predict", "export"]],
    ["the scope admin", { scope: "sentiloop/admin" }, ["predict", "feedback", "export", "admin"]],
    ["groups of other programs", { scope: "admin other/admin sentiloop/root", "cognito:groups": ["admin"] }, []],
    ["claims that are not asked", { groups: ["sentiloop/admin"], roles: "sentiloop/admin" }, []],
    ["claims of another shape", { scope: { "sentiloop/admin": true }, "cognito:groups": [[["sentiloop/admin"]]] }, []],
  ])("with %s has the scopes that they name", async (_, claims, scopes) => {
    const caller = await authenticator.callerOf(await provider.sign(claims));
    expect([...(caller?.scopes ?? [])].sort()).toEqual(scopes.sort());
  });

  test("has the scopes that everybody has who signs in", async () => {
    authenticator = withConfig({ userScopes: ["predict", "feedback"], scopePrefix: "" });
    const caller = await authenticator.callerOf(await provider.sign({ scope: "export" }));
    expect(caller?.scopes).toEqual(new Set(["predict", "feedback", "export"]));
  });

  test.each<[string, Record<string, unknown>]>([
    ["for several audiences", { aud: ["someone", "sentiloop"] }],
    ["of Cognito, with a client id and no audience", { aud: undefined, client_id: "other-client" }],
  ])("%s is taken", async (_, claims) => {
    expect(await authenticator.callerOf(await provider.sign(claims))).toBeDefined();
  });

  test("of a clock that is a little off is taken", async () => {
    expect(await authenticator.callerOf(await provider.sign({ nbf: now() + 4 }))).toBeDefined();
  });

  test.each(["ES256", "PS256", "EdDSA"])("may be signed by %s", async (algorithm) => {
    await provider.addKey("second", algorithm);
    expect(await authenticator.callerOf(await provider.sign({}, { kid: "second" }))).toBeDefined();
  });
});

describe("a bad token", () => {
  test.each<[string, Record<string, unknown>]>([
    ["of another issuer", { iss: "https://elsewhere.example" }],
    ["of an issuer that looks alike", { iss: "http://127.0.0.1/pool/" }],
    ["without an issuer", { iss: undefined }],
    ["for another audience", { aud: "someone" }],
    ["for another client", { aud: undefined, client_id: "someone" }],
    ["for another audience, whatever its client", { aud: "someone", client_id: "sentiloop" }],
    ["for nobody", { aud: undefined }],
    ["for no audience at all", { aud: [] }],
    ["that has expired", { exp: now() - 60 }],
    ["that never expires", { exp: undefined }],
    ["that is not valid yet", { nbf: now() + 3600 }],
    ["without a subject", { sub: undefined }],
    ["with an empty subject", { sub: "" }],
    ["with a subject of two lines", { sub: "ada\nadmin" }],
    ["with a very long subject", { sub: "a".repeat(300) }],
  ])("%s is refused", async (_, claims) => {
    expect(await authenticator.callerOf(await provider.sign(claims))).toBeUndefined();
    expect(await authenticator.callerOf(await provider.sign({}))).toBeDefined();
  });

  test("that nobody signed is refused", async () => {
    const [, payload] = (await provider.sign({ scope: "sentiloop/admin" })).split(".");
    for (const alg of ["none", "None", "NONE", ""]) {
      expect(await authenticator.callerOf(`${encoded({ alg, kid: "first" })}.${payload}.`)).toBeUndefined();
    }
  });

  test("that was signed with the public key as if it were a secret is refused", async () => {
    const [, payload] = (await provider.sign({})).split(".");
    for (const alg of ["HS256", "RS256"]) {
      const signed = `${encoded({ alg, kid: "first" })}.${payload}`;
      const signature = createHmac("sha256", await provider.publicKey())
        .update(signed)
        .digest("base64url");
      expect(await authenticator.callerOf(`${signed}.${signature}`)).toBeUndefined();
    }
  });

  test("that was changed, in whichever part, is refused", async () => {
    const token = await provider.sign({});
    const [header = "", payload = "", signature = ""] = token.split(".");
    const admin = encoded({ ...JSON.parse(Buffer.from(payload, "base64url").toString()), scope: "sentiloop/admin" });
    for (const changed of [
      `${header}.${admin}.${signature}`,
      `${header}.${payload}.${signature.slice(4)}AAAA`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}.${payload}.${signature}.${signature}`,
      "a.b.c",
      "",
    ]) {
      expect(await authenticator.callerOf(changed)).toBeUndefined();
    }
  });

  test("that was signed by another provider's key of the same name is refused", async () => {
    const other = await TestOpenIdProvider.start();
    expect(await authenticator.callerOf(await other.sign({ iss: provider.issuer }))).toBeUndefined();
    await other.stop();
  });

  test("of an unknown key does not make the provider be asked each time", async () => {
    const bad = await provider.sign({}, { claimedKid: "nobody" });
    for (let index = 0; index < 20; index += 1) expect(await authenticator.callerOf(bad)).toBeUndefined();
    expect(provider.asked["/pool/keys"]).toBeLessThanOrEqual(2);
  });

  test("leaves nothing of itself in the log", async () => {
    await authenticator.callerOf(await provider.sign({ email: "ada@example.com", exp: now() - 60 }));
    expect(lines.join()).toContain("a token was refused");
    expect(lines.join()).not.toContain("ada");
  });
});

describe("the provider", () => {
  test("is asked once for its keys, also by many at the same time", async () => {
    const token = await provider.sign({});
    const callers = await Promise.all(Array.from({ length: 50 }, () => authenticator.callerOf(token)));
    expect(callers.every((caller) => caller?.actor === "user:ada")).toBe(true);
    expect(provider.asked).toEqual({ "/pool/.well-known/openid-configuration": 1, "/pool/keys": 1 });
  });

  test.each([500, 404, 302])(
    "that answers %d lets nobody in, is left alone for a while, and is named in the log",
    async (status) => {
      provider.failsWith = status;
      const token = await provider.sign({});
      for (let index = 0; index < 10; index += 1) expect(await authenticator.callerOf(token)).toBeUndefined();
      expect(provider.asked).toEqual({ "/pool/.well-known/openid-configuration": 1 });
      expect(lines.join()).toContain("could not be fetched");
    },
  );

  test("that hangs lets nobody in, and nobody waits long", async () => {
    provider.failsWith = 0;
    const token = await provider.sign({});
    const many = Array.from({ length: 10 }, () => authenticator.callerOf(token));
    expect(new Set(await Promise.all(many))).toEqual(new Set([undefined]));
    expect(await authenticator.callerOf(token)).toBeUndefined();
    expect(provider.asked).toEqual({ "/pool/.well-known/openid-configuration": 1 });
  });

  test("may go away for a day: whoever has a token of a key that is known is let in, and others do not wait", async () => {
    const token = await provider.sign({});
    expect(await authenticator.callerOf(token)).toBeDefined();
    provider.failsWith = 0;
    const later = jest.spyOn(Date, "now");
    const atHour = (hours: number) =>
      later.mockReturnValue(performance.timeOrigin + performance.now() + hours * 3_600_000);
    atHour(1);
    for (let index = 0; index < 5; index += 1) expect(await authenticator.callerOf(token)).toBeDefined();
    expect(await authenticator.callerOf(await provider.sign({}, { claimedKid: "nobody" }))).toBeUndefined();
    expect(provider.asked["/pool/keys"]).toBe(2);
    atHour(25);
    expect(await authenticator.callerOf(token)).toBeUndefined();
    provider.failsWith = undefined;
    atHour(26);
    expect(await authenticator.callerOf(token)).toBeDefined();
    later.mockRestore();
  });

  test("may change its keys: new ones are learnt, and tokens of removed ones are refused once they are", async () => {
    const old = await provider.sign({});
    expect(await authenticator.callerOf(old)).toBeDefined();
    await provider.addKey("second");
    provider.removeKey("first");
    const later = jest.spyOn(Date, "now").mockReturnValue(Date.now() + 60_000);
    expect(await authenticator.callerOf(await provider.sign({}, { kid: "second" }))).toBeDefined();
    expect(await authenticator.callerOf(old)).toBeUndefined();
    later.mockRestore();
  });

  test("is never asked where its keys are given, and no key but those is taken", async () => {
    authenticator = withConfig({ keys: await provider.keySet() });
    await provider.addKey("second");
    expect(await authenticator.callerOf(await provider.sign({}))).toBeDefined();
    expect(await authenticator.callerOf(await provider.sign({}, { kid: "second" }))).toBeUndefined();
    expect(await authenticator.callerOf(await provider.sign({ aud: "someone" }))).toBeUndefined();
    expect(provider.asked).toEqual({});
  });

  test("that says it is another one is not believed", async () => {
    provider.claimsToBe = "https://elsewhere.example";
    expect(await authenticator.callerOf(await provider.sign({}))).toBeUndefined();
    expect(await authenticator.callerOf(await provider.sign({ iss: "https://elsewhere.example" }))).toBeUndefined();
  });
});
