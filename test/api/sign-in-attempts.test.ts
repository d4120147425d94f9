import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { MemoryRateLimiter } from "../../api/src/memory-rate-limiter.js";
import { withImplied } from "../../api/src/scope.js";
import { networkOf, SignInAttempts } from "../../api/src/sign-in-attempts.js";
import { TestApiKeys } from "../support/api-keys.js";
import { type ConstantGateway, startConstantGateway } from "../support/constant-gateway.js";
import { bearer, post } from "../support/graphql.js";

const ALLOWED = 5;
const CALLER = { actor: "key:1", scopes: withImplied(["admin"]), client: "key:1" };

describe("over HTTP", () => {
  const keys = new TestApiKeys(ALLOWED);
  const looks = jest.spyOn(keys.store, "find");
  let server: ConstantGateway;

  beforeAll(async () => {
    server = await startConstantGateway({ access: keys.access });
  });
  afterAll(async () => {
    await server.stop();
    keys.remove();
  });

  const body = JSON.stringify({ query: "{ model { version } }" });
  const ask = (key: string) => post(server.address, body, { "content-type": "application/json", ...bearer(key) });

  test("wrong keys are refused before they are looked up once too many were wrong, known ones go on", async () => {
    const [known, unknown] = [await keys.create(["predict"]), await keys.create(["predict"])];
    expect((await ask(known)).status).toBe(200);
    const wrong = Array.from({ length: 40 }, (_, index) =>
      known.replace(/[0-9a-f]{16}/, index.toString(16).padStart(16, "0")),
    );
    looks.mockClear();
    const answers = await Promise.all(wrong.map(ask));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array(ALLOWED).fill(401),
      ...Array(wrong.length - ALLOWED).fill(429),
    ]);
    expect(looks).toHaveBeenCalledTimes(ALLOWED);
    const refused = answers.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused?.json()).toMatchObject({
      errors: [{ message: expect.stringContaining("Check the key or token"), extensions: { code: "RATE_LIMITED" } }],
    });
    expect((await ask(known)).status).toBe(200);
    // Whether a key exists must not be told.
    expect((await ask(unknown)).status).toBe(429);
  });

  test("no key at all costs nothing and is not counted", async () => {
    for (let index = 0; index < 2 * ALLOWED; index += 1) expect((await ask("")).status).toBe(401);
  });
});

describe("what counts", () => {
  const attempts = () => new SignInAttempts(new MemoryRateLimiter(ALLOWED / 60, 60));
  const bad = async () => undefined;
  const good = async () => CALLER;

  test("a good token does not, nor an attempt that could not be decided", async () => {
    const guard = attempts();
    for (let index = 0; index < 3 * ALLOWED; index += 1) {
      expect(await guard.verified(`good ${index}`, "192.0.2.1", good)).toBe(CALLER);
      await expect(guard.verified(`${index}`, "192.0.2.1", () => Promise.reject(new Error("away")))).rejects.toThrow(
        "away",
      );
    }
    expect(await guard.verified("bad", "192.0.2.1", bad)).toBeUndefined();
  });

  test("only failures of the same network do", async () => {
    const guard = attempts();
    for (let index = 0; index < ALLOWED; index += 1) await guard.verified(`${index}`, `2001:db8:0:1::${index}`, bad);
    await expect(guard.verified("other", "2001:db8:0:1:ffff::1", good)).rejects.toThrow("Too many sign-ins");
    expect(await guard.verified("other", "2001:db8:0:2::1", good)).toBe(CALLER);
  });

  test("a token that was good and is revoked is counted again", async () => {
    const guard = attempts();
    await guard.verified("key", "192.0.2.1", good);
    expect(await guard.verified("key", "192.0.2.1", bad)).toBeUndefined();
    for (let index = 0; index < ALLOWED; index += 1)
      expect(await guard.verified("key", "192.0.2.1", bad)).toBeUndefined();
    await expect(guard.verified("key", "192.0.2.1", bad)).rejects.toThrow("Too many sign-ins");
  });
});

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8::5:6", "2001:db8:0:0"],
  ["2001:db8:1:2:3::", "2001:db8:1:2"],
  ["::1", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
  ["", ""],
])("the network of %j is %j", (address, network) => expect(networkOf(address)).toBe(network));
