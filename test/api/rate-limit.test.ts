import { request } from "node:http";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { buildSchema, type ExecutionResult, graphql as execute } from "graphql";
import { authorized } from "../../api/src/authorization.js";
import { MemoryRateLimiter } from "../../api/src/memory-rate-limiter.js";
import type { RateLimiter } from "../../api/src/rate-limiter.js";
import { withImplied } from "../../api/src/scope.js";
import { Spending } from "../../api/src/spending.js";
import { TestApiKeys } from "../support/api-keys.js";
import { startGateway, type TestGateway } from "../support/gateway.js";
import { bearer, graphql, post } from "../support/graphql.js";

const adapters: [string, (perSecond: number, seconds: number) => RateLimiter][] = [
  ["memory", (perSecond, seconds) => new MemoryRateLimiter(perSecond, seconds)],
];

describe.each(adapters)("a rate limiter in %s", (_, create) => {
  test("lets each client use what it may, counts nothing that is refused, and says when there is more", async () => {
    const limiter = create(10, 60);
    expect(await limiter.consume("a", 590)).toEqual({ allowed: true });
    const refused = await limiter.consume("a", 11);
    expect(refused).toEqual({ allowed: false, retryAfterSeconds: expect.any(Number) });
    if (!refused.allowed) expect(refused.retryAfterSeconds).toBeGreaterThanOrEqual(1);
    if (!refused.allowed) expect(refused.retryAfterSeconds).toBeLessThanOrEqual(60);
    expect(await limiter.consume("a", 10)).toEqual({ allowed: true });
    expect((await limiter.consume("a", 1)).allowed).toBe(false);
    expect(await limiter.consume("b", 600)).toEqual({ allowed: true });
  });

  test("never lets more through than allowed, however many ask at the same time", async () => {
    const limiter = create(1, 60);
    const verdicts = await Promise.all(Array.from({ length: 200 }, () => limiter.consume("a", 1)));
    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(60);
  });

  test("allows as much again once the time has passed that it told", async () => {
    const limiter = create(5, 1);
    expect((await limiter.consume("a", 5)).allowed).toBe(true);
    const refused = await limiter.consume("a", 5);
    await setTimeout(refused.allowed ? 0 : refused.retryAfterSeconds * 1000);
    expect((await limiter.consume("a", 5)).allowed).toBe(true);
  });
});

test("the memory of the limiter is bounded: beyond so many clients, new ones share one allowance", async () => {
  const limiter = new MemoryRateLimiter(1, 60, 100);
  const clients = Array.from({ length: 100 }, (_, index) => `client ${index}`);
  for (const client of clients) expect((await limiter.consume(client, 60)).allowed).toBe(true);
  const further = await Promise.all(Array.from({ length: 1000 }, (_, index) => limiter.consume(`other ${index}`, 1)));
  expect(further.filter(({ allowed }) => allowed)).toHaveLength(60);
});

describe("what a request costs", () => {
  const schema = authorized(
    buildSchema(`
      type Query { model: Int, models: Int }
      type Mutation { predict: Int, predictMany(texts: [String!]!): Int }
    `),
  );
  const rootValue = { predict: 1, predictMany: 1, model: 1, models: 1 };

  /** Runs an operation for a client who has so many points, and tells how many are left. */
  async function run(source: string, points: number) {
    let left = points;
    const limiter: RateLimiter = {
      async consume(_, wanted) {
        if (wanted > left) return { allowed: false, retryAfterSeconds: 7 };
        left -= wanted;
        return { allowed: true };
      },
    };
    const spending = await Spending.begin(limiter, "client");
    const contextValue = { scopes: withImplied(["admin"]), spending };
    const { data, errors }: ExecutionResult = await execute({ schema, source, rootValue, contextValue });
    const codes = errors?.map(({ extensions }) => extensions) ?? [];
    return { left, data, codes, retryAfterSeconds: spending.retryAfterSeconds };
  }

  test.each([
    ["{ __typename }", 1],
    ["{ model }", 1],
    ["{ model models }", 2],
    ["mutation { predict }", 1],
    ["mutation { a: predict b: predict c: predict }", 3],
    [`mutation { predictMany(texts: ${JSON.stringify(Array(100).fill("a"))}) }`, 100],
    ['mutation { predict predictMany(texts: ["a", "b"]) }', 3],
    ["mutation { predictMany(texts: []) }", 1],
  ])("of %s is counted by what it asks for", async (source, cost) => {
    expect(await run(source, 1000)).toMatchObject({ left: 1000 - cost, codes: [], retryAfterSeconds: undefined });
  });

  test("is never more than a client may use at all: what is too much anyway does not read as try later", async () => {
    const source = `mutation { predictMany(texts: ${JSON.stringify(Array(5000).fill("a"))}) }`;
    expect((await run(source, 100)).codes).toEqual([]);
  });

  test("is asked for before anything runs; a request of which nothing ran is to be sent again whole", async () => {
    const refused = await run('mutation { predictMany(texts: ["a", "b", "c"]) predict }', 2);
    expect(refused.codes).toEqual(Array(2).fill({ code: "RATE_LIMITED", retryAfterSeconds: 7 }));
    expect(refused).toMatchObject({ data: { predictMany: null, predict: null }, retryAfterSeconds: 7 });
  });

  test("once refused, nothing more of the request runs; what ran before is answered", async () => {
    const partly = await run('mutation { a: predict b: predictMany(texts: ["a", "b", "c"]) c: predict }', 3);
    expect(partly).toMatchObject({ left: 2, data: { a: 1, b: null, c: null }, retryAfterSeconds: undefined });
  });
});

describe("over HTTP", () => {
  const keys = new TestApiKeys();
  let server: TestGateway;
  let open: TestGateway;

  beforeAll(async () => {
    [server, open] = await Promise.all([
      startGateway({ access: keys.access, limiter: new MemoryRateLimiter(1, 300) }),
      startGateway({ limiter: new MemoryRateLimiter(1, 300) }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([server.stop(), open.stop()]);
    keys.remove();
  });

  const body = '{"query":"{__typename}"}';

  test("a key that sends too much gets 429 with Retry-After, and others are not concerned", async () => {
    const headers = { "content-type": "application/json", ...bearer(await keys.create(["predict"])) };
    const answers = await Promise.all(Array.from({ length: 310 }, () => post(server.address, body, headers)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(300);
    const refused = answers.find(({ status }) => status === 429);
    const { errors } = JSON.parse((await refused?.text()) ?? "");
    expect(errors[0].extensions).toEqual({ code: "RATE_LIMITED", retryAfterSeconds: expect.any(Number) });
    expect(refused?.headers.get("retry-after")).toBe(String(errors[0].extensions.retryAfterSeconds));
    expect((await graphql(server.address, "{ model { version } }", {}, await keys.create(["admin"]))).status).toBe(200);
  }, 60_000);

  test("where everybody is let in, each address is counted for itself", async () => {
    const statuses = await Promise.all(Array.from({ length: 310 }, () => post(open.address, body)));
    expect(statuses.filter(({ status }) => status === 429)).toHaveLength(10);
    const fromElsewhere = new Promise((resolve, reject) => {
      const headers = { "content-type": "application/json" };
      request(`${open.address}/graphql`, { method: "POST", headers, localAddress: "127.0.0.2" }, (answer) =>
        resolve(answer.resume().statusCode),
      )
        .on("error", reject)
        .end(body);
    });
    expect(await fromElsewhere).toBe(200);
  }, 60_000);
});
