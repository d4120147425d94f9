import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ConstantGateway, startConstantGateway } from "../support/constant-gateway.js";
import { graphql, PREDICT, post } from "../support/graphql.js";
import { type RawAnswer, sendRaw } from "../support/raw-http.js";

/** Every door has a limit; what is beyond it is refused by a message that names the limit, and costs next to nothing. */

const MODEL = '{"query":"{ model { version } }"}';
const HEAD = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";

let server: ConstantGateway;
/** Waits for nobody long. */
let hasty: ConstantGateway;

beforeAll(async () => {
  server = await startConstantGateway();
  hasty = await startConstantGateway({
    serverLimits: { headersTimeout: 500, requestTimeout: 1000, connectionsCheckingInterval: 100 },
  });
});
afterAll(() => Promise.all([server.stop(), hasty.stop()]));

function refusal({ body }: RawAnswer): string {
  return JSON.parse(body).errors[0].message;
}

describe("a body", () => {
  const ofSize = (bytes: number) => MODEL.padEnd(bytes, " ");

  test("of 256 KB passes, of one byte more is 413", async () => {
    expect((await post(server.address, ofSize(262_144))).status).toBe(200);
    const answer = await post(server.address, ofSize(262_145));
    expect({ status: answer.status, body: await answer.text() }).toEqual({
      status: 413,
      body: expect.stringContaining("262144 bytes (256 KB)"),
    });
  });

  test("in chunks is measured too", async () => {
    const chunk = `8000\r\n${" ".repeat(0x8000)}\r\n`;
    const answer = await sendRaw(
      server.address,
      `${HEAD}transfer-encoding: chunked\r\n\r\n${chunk.repeat(9)}0\r\n\r\n`,
    );
    expect(answer.status).toBe(413);
    expect(refusal(answer)).toContain("262144");
  });

  test("that is announced as far too large is refused unread", async () => {
    const answer = await sendRaw(server.address, `${HEAD}content-length: 99999999999\r\n\r\n`);
    expect({ status: answer.status, head: answer.head }).toEqual({
      status: 413,
      head: expect.stringContaining("close"),
    });
  });

  test("that is shorter than announced is given up in time", async () => {
    const answer = await sendRaw(hasty.address, `${HEAD}content-length: 100\r\n\r\n{"query":`);
    expect(answer.status).toBe(408);
    expect(refusal(answer)).toContain("within 1 s");
  });

  test("that is longer than announced leaves no second request behind", async () => {
    const answer = await sendRaw(server.address, `${HEAD}content-length: ${MODEL.length}\r\n\r\n${MODEL}garbage`);
    expect(answer.status).toBe(400);
    expect(refusal(answer)).toContain("HTTP/1.1");
    expect(answer.body).not.toMatch(/HTTP\/1\.1 \d/);
  });
});

describe("headers", () => {
  test("beyond 16 KB are 431", async () => {
    const answer = await sendRaw(server.address, `${HEAD}x: ${"x".repeat(17_000)}\r\n\r\n`);
    expect(answer.status).toBe(431);
    expect(refusal(answer)).toContain("16384 bytes");
  });

  test("beyond 100 are 431", async () => {
    const many = Array.from({ length: 100 }, (_, index) => `x-${index}: 1\r\n`).join("");
    const answer = await sendRaw(server.address, `${HEAD}${many}content-length: ${MODEL.length}\r\n\r\n${MODEL}`);
    expect(answer.status).toBe(431);
    expect(refusal(answer)).toContain("at most 100");
  });

  test("that trickle in are given up in time, while others are served", async () => {
    const { hostname, port } = new URL(hasty.address);
    const sockets = Array.from({ length: 50 }, () => connect(Number(port), hostname));
    const closed = Promise.all(sockets.map((socket) => once(socket.resume(), "close")));
    let trickling = true;
    void closed.then(() => {
      trickling = false;
    });
    for (const socket of sockets) socket.on("error", () => {}).write("POST /graphql HTTP/1.1\r\n");
    while (trickling) {
      for (const socket of sockets) if (socket.writable) socket.write("x: y\r\n");
      expect((await post(hasty.address, MODEL)).status).toBeLessThan(500);
      await setTimeout(50);
    }
  }, 60_000);
});

describe("connections", () => {
  test("beyond the limit are cut, those within it are served on", async () => {
    const small = await startConstantGateway({ serverLimits: { maxConnections: 3 } });
    const { hostname, port } = new URL(small.address);
    const open = Array.from({ length: 3 }, () => connect(Number(port), hostname));
    await Promise.all(open.map((socket) => once(socket, "connect")));
    const further = connect(Number(port), hostname).on("error", () => {});
    await once(further.resume(), "close");
    const [first] = open;
    first?.write(`${HEAD}content-length: ${MODEL.length}\r\n\r\n${MODEL}`);
    const [chunk] = await once(first as (typeof open)[0], "data");
    expect(String(chunk)).toContain("200 OK");
    for (const socket of open) socket.destroy();
    await small.stop();
  });
});

describe("requests at a time", () => {
  test("beyond those that run and wait are 503, and the others are answered in their turn", async () => {
    const small = await startConstantGateway({ limits: { concurrent: 2, waiting: 3, patience: 60_000 } });
    const { promise, release } = held();
    small.holdUntil(promise);
    const sent = Array.from({ length: 9 }, (_, index) => predict(small, `text ${index}`));
    const refused = (await Promise.all(sent.map((answer) => Promise.race([answer, setTimeout(2000)])))).filter(
      (answer) => answer !== undefined,
    );
    expect(refused).toHaveLength(4);
    for (const answer of refused) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get("retry-after")).toBe("1");
      const { errors } = (await answer.json()) as { errors: [{ message: string; extensions: object }] };
      expect(errors[0].message).toContain("2 requests are being answered and 3 are waiting");
      expect(errors[0].extensions).toEqual({ code: "RATE_LIMITED", retryAfterSeconds: 1 });
    }
    expect(small.classified()).toBe(2);
    expect((await fetch(`${small.address}/livez`)).status).toBe(200);
    release();
    const statuses = (await Promise.all(sent)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    expect(small.classified()).toBe(5);
    await small.stop();
  }, 60_000);

  test("wait only so long, and not at all for a client that has gone", async () => {
    const small = await startConstantGateway({ limits: { concurrent: 1, waiting: 5, patience: 400 } });
    const { promise, release } = held();
    small.holdUntil(promise);
    const running = predict(small, "first");
    await setTimeout(100);
    const leaving = new AbortController();
    const gone = predict(small, "gone", leaving.signal).catch(() => "aborted");
    const late = predict(small, "late");
    await setTimeout(100);
    leaving.abort();
    expect(await gone).toBe("aborted");
    const answer = await late;
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain("400 ms");
    release();
    expect((await running).status).toBe(200);
    expect((await predict(small, "after")).status).toBe(200);
    expect(small.classified()).toBe(2);
    await small.stop();
  }, 60_000);
});

function held() {
  let release = () => {};
  const promise = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { promise, release };
}

function predict({ address }: ConstantGateway, text: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${address}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: PREDICT, variables: { text } }),
    ...(signal && { signal }),
  });
}

describe("an operation is refused before any of it runs", () => {
  const field = (index: number) => `a${index}: predict(text: "x") { id }`;
  const fields = (count: number) => Array.from({ length: count }, (_, index) => field(index)).join(" ");
  const each = (count: number, text: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => text(index)).join(" ");

  test.each([
    [
      "10,000 aliased mutations",
      `mutation($t:String!){${each(10_000, (i) => `a${i.toString(36)}:predict(text:$t){id}`)}}`,
      "1000 tokens",
    ],
    ["six mutations", `mutation { ${fields(6)} }`, "6 root fields; at most 5"],
    ["six in a fragment", `mutation { ...F } fragment F on Mutation { ${fields(6)} }`, "at most 5"],
    [
      "six in as many fragments",
      `mutation { ${each(6, (i) => `...F${i}`)} } ${each(6, (i) => `fragment F${i} on Mutation { ${field(i)} }`)}`,
      "at most 5",
    ],
    [
      "six in nested inline fragments",
      `mutation ${each(6, (i) => `{ ${field(i)} ...`)} { ${field(9)} } ${"}".repeat(6)}`,
      "at most 5",
    ],
    [
      "a fragment that is spread a hundred times",
      `mutation { ${"...F ".repeat(100)} } fragment F on Mutation { ${field(0)} }`,
      "99 times",
    ],
    [
      "fragments in a circle",
      `mutation { ...A } fragment A on Mutation { ...B } fragment B on Mutation { ...A ${field(0)} }`,
      "itself",
    ],
    ["a second operation with six", `mutation One { ${fields(1)} } mutation Two { ${fields(6)} }`, "at most 5"],
    ["one field written again and again", `mutation { ${`${field(0)} `.repeat(12)} }`, "at most 10"],
    ["twenty-one queries", `{ ${each(21, (i) => `a${i}: model { version }`)} }`, "21 root fields; at most 20"],
    ["six lists", `{ ${each(6, (i) => `a${i}: predictions(first: 100) { edges { cursor } }`)} }`, "6 lists; at most 5"],
    ["fields repeated below", `{ model { ${"version ".repeat(200)} } }`, "at most 10"],
    [
      "five directives at one place",
      `{ model { version ${"@include(if: true) ".repeat(5)} } }`,
      "5 directives; at most 4",
    ],
    [
      "circular introspection",
      `{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }`,
      "introspection depth",
    ],
    ["a deep document", `{ ${"... { ".repeat(600)} model { version } ${"}".repeat(600)} }`, "1000 tokens"],
  ])("%s", async (_, query, limit) => {
    for (const operationName of query.includes("mutation One") ? ["One", "Two"] : [undefined]) {
      const answer = await post(server.address, JSON.stringify({ query, operationName }));
      expect(answer.status).toBe(400);
      const { errors } = (await answer.json()) as { errors: [{ message: string; extensions: { code: string } }] };
      expect(errors[0].message).toContain(limit);
      expect(errors[0].extensions.code).toMatch(/^GRAPHQL_(PARSE|VALIDATION)_FAILED$/);
    }
    expect(server.classified()).toBe(0);
  });

  test("five mutations and twenty queries are not", async () => {
    expect(
      (await graphql(server.address, `{ ${each(20, (i) => `a${i}: model { version }`)} }`)).errors,
    ).toBeUndefined();
    const five = await startConstantGateway();
    expect((await graphql(five.address, `mutation { ${fields(5)} }`)).errors).toBeUndefined();
    expect(five.classified()).toBe(5);
    await five.stop();
  });

  test("a page of more than 100 is refused by its argument", async () => {
    const { status, errors } = await graphql(server.address, "{ predictions(first: 101) { edges { cursor } } }");
    expect({ status, errors }).toMatchObject({ status: 200, errors: [{ extensions: { argument: "first" } }] });
    expect(errors?.[0]?.message).toContain("1 to 100");
  });
});
