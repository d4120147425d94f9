import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { graphql, PREDICT } from "../support/graphql.js";
import { TestOpenIdProvider } from "../support/openid-provider.js";
import { Sentiloop } from "../support/sentiloop.js";

/** Sentiloop that listens on every address of this machine and demands credentials, and the command beside it. */

const COMMAND = fileURLToPath(new URL("../../api/dist/api-keys-command.js", import.meta.url));
const data = Sentiloop.emptyFolder();
let provider: TestOpenIdProvider;
let sentiloop: Sentiloop | undefined;
let address: string;

beforeAll(async () => {
  provider = await TestOpenIdProvider.start();
  const env = {
    HOST: "0.0.0.0",
    SENTILOOP_AUTH: "keys",
    SENTILOOP_OIDC_ISSUER: provider.issuer,
    SENTILOOP_OIDC_AUDIENCE: "sentiloop",
    SENTILOOP_OIDC_USER_SCOPES: "predict",
  };
  const started = await Sentiloop.start({ data, env });
  sentiloop = started;
  address = started.address.replace("0.0.0.0", "127.0.0.1");
}, 120_000);
afterAll(async () => {
  await provider.stop();
  await sentiloop?.kill("SIGTERM");
  rmSync(data, { recursive: true });
});

async function keys(...args: string[]) {
  const child = spawn(process.execPath, [COMMAND, ...args, "--json"], {
    env: { ...process.env, SENTILOOP_DATA: data },
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  expect(await once(child, "close")).toEqual([0, null]);
  return JSON.parse(output);
}

const predict = (token?: string) => graphql(address, PREDICT, { text: "I passed." }, token);

test("nobody is let in without credentials, also not from this machine", async () => {
  expect(await predict()).toMatchObject({ status: 401, errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
});

test("a key that is made while it runs works at once, and is refused within seconds of being revoked", async () => {
  const { id, key } = await keys("create", "--name", "a program", "--scope", "predict");
  expect((await predict(key)).status).toBe(200);
  expect((await keys("list")).keys).toMatchObject([{ id, status: "active" }]);
  await keys("revoke", id);
  const deadline = Date.now() + 20_000;
  while ((await predict(key)).status === 200 && Date.now() < deadline) await setTimeout(200);
  expect((await predict(key)).status).toBe(401);
}, 60_000);

test("who signed in with the provider is let in with the scopes that everybody has", async () => {
  const token = await provider.sign({});
  const { data: made } = await predict(token);
  expect(made.predict.id).toEqual(expect.any(String));
  const { errors } = await graphql(address, "mutation { exportCsv { id } }", {}, token);
  expect(errors?.[0]?.extensions).toEqual({ code: "FORBIDDEN", requiredScopes: ["export"] });
  expect(await (await fetch(`${address}/config.json`)).json()).toEqual({
    authentication: "openid",
    openId: { issuer: provider.issuer, clientId: "sentiloop" },
  });
});

test("it answers under this machine's other addresses and names, too", async () => {
  const others = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const [{ address: other } = { address: "127.0.0.2" }] = others.filter(
    ({ family, internal }) => family === "IPv4" && !internal,
  );
  expect((await fetch(`http://${other}:${new URL(address).port}/livez`)).status).toBe(200);
});

test("it says at its start how to make the first key, and prints no secret", async () => {
  const { key } = await keys("create", "--name", "b", "--scope", "admin");
  const token = await provider.sign({ scope: "sentiloop/admin" });
  await predict(key);
  await predict(token);
  await predict(`${token}x`);
  const { output = key, code } = (await sentiloop?.kill("SIGTERM")) ?? {};
  expect(code).toBe(0);
  expect(output).toContain("npm run keys -- create");
  expect(output).not.toContain(key.slice(-64));
  expect(output).not.toContain(token.slice(-40));
});
