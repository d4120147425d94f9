import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { TestApiKeys } from "../support/api-keys.js";
import { type ConstantGateway, startConstantGateway } from "../support/constant-gateway.js";
import { bearer, post } from "../support/graphql.js";

/**
 * What graphql-cop (https://github.com/dolevf/graphql-cop) and OWASP's GraphQL cheat sheet look for, asked of a gateway
 * as it runs in production: it demands keys. Each probe is made by somebody without a key and by somebody with one.
 */

const keys = new TestApiKeys();
let server: ConstantGateway;
let holder: Record<string, string>;

beforeAll(async () => {
  process.env.NODE_ENV = "production";
  server = await startConstantGateway({ access: keys.access });
  holder = bearer(await keys.create(["admin"]));
});
afterAll(async () => {
  process.env.NODE_ENV = "test";
  await server.stop();
  keys.remove();
});

interface Probed {
  status: number;
  body: string;
}

async function probe(body: unknown, { anonymous = false, ...headers }: Record<string, unknown> = {}): Promise<Probed> {
  const sent = { "content-type": "application/json", ...(!anonymous && holder), ...headers } as Record<string, string>;
  const answer = await post(server.address, typeof body === "string" ? body : JSON.stringify(body), sent);
  return { status: answer.status, body: await answer.text() };
}

const repeated = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(" ");

/** A probe and the status that refuses it. */
const REFUSED: [string, unknown, number][] = [
  ["alias overloading", { query: `{ ${repeated(101, (i) => `alias${i}: __typename`)} }` }, 400],
  ["array-based batching", repeatedRequests(10), 400],
  ["directive overloading", { query: `{ __typename ${repeated(10, () => "@aa")} }` }, 400],
  ["directive overloading with known ones", { query: `{ __typename ${repeated(50, () => "@skip(if: false)")} }` }, 400],
  [
    "circular introspection",
    { query: "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }" },
    400,
  ],
  ["field duplication", { query: `{ ${repeated(500, () => "__typename")} }` }, 400],
  ["field duplication below the root", { query: `{ model { ${repeated(300, () => "version")} } }` }, 400],
  ["more of it than a document may have", { query: `{ ${repeated(5000, () => "__typename")} }` }, 400],
];

function repeatedRequests(count: number): unknown {
  return Array.from({ length: count }, () => ({ query: "{ __typename }" }));
}

test.each(REFUSED)("%s is refused", async (_, body, status) => {
  expect(await probe(body)).toMatchObject({ status });
  expect(await probe(body, { anonymous: true })).toMatchObject({ status: 401 });
});

test("introspection is for key holders", async () => {
  const query = "{ __schema { types { name fields { name } } } }";
  expect((await probe({ query })).body).toContain('"predict"');
  const { status, body } = await probe({ query }, { anonymous: true });
  expect(status).toBe(401);
  expect(body).not.toContain("predict");
});

describe("no operation runs by GET", () => {
  test.each([
    ["a query", "/graphql?query={__typename}"],
    ["a mutation", '/graphql?query=mutation{predict(text:"x"){id}}'],
    ["a query with an operation name", "/graphql?query=query+cop{__typename}&operationName=cop"],
  ])("%s", async (_, path) => {
    for (const accept of ["*/*", "application/json", "text/html"]) {
      const answer = await fetch(server.address + path, { headers: { ...holder, accept } });
      expect(await answer.text()).not.toContain('"data"');
    }
    expect(server.classified()).toBe(0);
  });
});

describe("no operation runs by a form or anything else that a browser sends without asking (CSRF)", () => {
  test.each([
    ["application/x-www-form-urlencoded", "query=%7B__typename%7D"],
    [
      "multipart/form-data; boundary=x",
      '--x\r\ncontent-disposition: form-data; name="query"\r\n\r\n{__typename}\r\n--x--',
    ],
    ["text/plain", '{"query":"{ __typename }"}'],
    ["text/plain; application/json", '{"query":"{ __typename }"}'],
    ["application/jsonp", '{"query":"{ __typename }"}'],
    ["", '{"query":"{ __typename }"}'],
  ])("as %j", async (type, body) => {
    const answer = await fetch(`${server.address}/graphql`, {
      method: "POST",
      headers: { ...holder, "content-type": type },
      body: new Blob([body]),
    });
    expect({ status: answer.status, body: await answer.text() }).toEqual({
      status: 415,
      body: expect.not.stringContaining('"data"'),
    });
  });
});

test.each([
  "{ modell { version } }",
  "{ model { versio } }",
  "mutation { predikt { id } }",
  'mutation { revise(predictionId: "1", emotion: JOI) { id } }',
  "query ($filter: ExportFilte) { __typename }",
  "{ predictions(fist: 1) { edges { cursor } } }",
])("%s suggests no name", async (query) => {
  const { status, body } = await probe({ query });
  expect(status).toBe(400);
  expect(body).not.toMatch(/did you mean/i);
});

test("there is no trace, no time and no cost in an answer", async () => {
  const { body } = await probe({ query: "{ __typename }" }, { "apollo-federation-include-trace": "ftv1" });
  expect(body).toBe('{"data":{"__typename":"Query"}}');
});

test("no graphical client is where scanners look for one", async () => {
  const paths = ["/graphiql", "/playground", "/console", "/altair", "/voyager", "/graphql/console", "/v1/explorer"];
  for (const path of paths) {
    const answer = await fetch(server.address + path, { headers: { accept: "text/html" } });
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toMatch(/graphiql|playground|voyager|altair/i);
  }
});

test.each([
  ["of another type", { query: 5 }],
  ["with a syntax error", { query: "{ a(" }],
  ["with an unknown directive", { query: "{ __typename @ab }" }],
  ["of an unknown operation", { query: "query cop { __typename }", operationName: "other" }],
])("a request %s tells nothing of the inside", async (_, body) => {
  const answer = await probe(body);
  expect(answer.status).toBe(400);
  expect(answer.body).not.toMatch(/stacktrace|exception|node_modules|\.[jt]s:\d|at Object/);
});

test("an unexpected error shows an id and nothing of the inside, in production too", async () => {
  const { body } = await probe({
    query: '{ feedbackSummary { total } datasetExport(id: "01KDYAK3SEX7DP7V17XNADW139") { id } }',
  });
  expect(body).not.toMatch(/inside|stack|node_modules/);
});

test("whoever has no key hears the same of everything", async () => {
  const bodies = ["", "{", "[]", "{}", { query: "{ __typename }" }, { query: "{ nothing }" }, repeatedRequests(2)];
  const answers = await Promise.all(bodies.map((body) => probe(body, { anonymous: true })));
  expect(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
});
