import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { buildSchema, GraphQLInt, GraphQLObjectType, GraphQLSchema } from "graphql";
import { parseApiKey } from "../../api/src/api-key.js";
import { authorized } from "../../api/src/authorization.js";
import { SCOPES, type Scope } from "../../api/src/scope.js";
import { TestApiKeys } from "../support/api-keys.js";
import { startGateway, type TestGateway } from "../support/gateway.js";
import { APPROVE, bearer, graphql, PREDICT, post } from "../support/graphql.js";

/** Who may do what, over real HTTP. */

const ID = '"01ARZ3NDEKTSV4RRFFQ69G5FAV"';
const EVERYBODY: readonly Scope[] = SCOPES;
const READERS: readonly Scope[] = ["feedback", "export", "admin"];

/** Every root field: an operation that uses it, and the scopes each of which alone lets it pass. */
const FIELDS: Record<string, { operation: string; allowed: readonly Scope[] }> = {
  "Query.prediction": { operation: `{ prediction(id: ${ID}) { id explanation { token } } }`, allowed: READERS },
  "Query.predictions": { operation: "{ predictions(first: 1) { edges { cursor } } }", allowed: READERS },
  "Query.reviewQueue": { operation: "{ reviewQueue(first: 1) { id } }", allowed: READERS },
  "Query.feedbackSummary": { operation: "{ feedbackSummary { total } }", allowed: READERS },
  "Query.datasetExport": { operation: `{ datasetExport(id: ${ID}) { id } }`, allowed: ["export", "admin"] },
  "Query.model": { operation: "{ model { version } }", allowed: EVERYBODY },
  "Query.models": { operation: "{ models { version } }", allowed: EVERYBODY },
  "Mutation.predict": { operation: 'mutation { predict(text: "a") { id } }', allowed: ["predict", "admin"] },
  "Mutation.predictMany": {
    operation: 'mutation { predictMany(texts: ["a"]) { error } }',
    allowed: ["predict", "admin"],
  },
  "Mutation.approve": {
    operation: `mutation { approve(predictionId: ${ID}) { id } }`,
    allowed: ["feedback", "admin"],
  },
  "Mutation.revise": {
    operation: `mutation { revise(predictionId: ${ID}, emotion: JOY) { id } }`,
    allowed: ["feedback", "admin"],
  },
  "Mutation.undo": { operation: `mutation { undo(predictionId: ${ID}) { id } }`, allowed: ["feedback", "admin"] },
  "Mutation.exportCsv": { operation: "mutation { exportCsv { id } }", allowed: ["export", "admin"] },
  "Mutation.promoteModel": { operation: 'mutation { promoteModel(version: "none") { version } }', allowed: ["admin"] },
};

const schema = buildSchema(readFileSync("schema.graphql", "utf8"));
const rootFields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
  Object.keys(type?.getFields() ?? {}).map((field) => `${type?.name}.${field}`),
);
const operations = rootFields.map((field) => [field, FIELDS[field] ?? { operation: "", allowed: [] }] as const);

const keys = new TestApiKeys();
let server: TestGateway;
const scopeKeys = new Map<Scope, string>();
const bad = new Map<string, string | undefined>();

beforeAll(async () => {
  // Each operation is sent in two ways: as a trusted one it takes the other road through the gateway.
  const trusted = operations.map(([file, { operation }]) => ({ file, text: asTrusted(operation) }));
  server = await startGateway({ access: keys.access, trusted });
  for (const scope of SCOPES) scopeKeys.set(scope, await keys.create([scope]));
  const good = key("admin");
  const revoked = await keys.create(["admin"]);
  await keys.store.revoke(parseApiKey(revoked)?.id ?? "");
  bad.set("no key", undefined);
  bad.set("an expired key", await keys.create(["admin"], new Date(Date.now() - 1)));
  bad.set("a revoked key", revoked);
  bad.set("a tampered key", good.slice(0, -1) + (good.endsWith("0") ? "1" : "0"));
  bad.set("a key of an unknown id", good.replace(/_[0-9a-f]{16}_/, "_0123456789abcdef_"));
  bad.set("a malformed key", "sentiloop_nonsense");
  bad.set("a token of nobody", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.");
});
afterAll(async () => {
  await server.stop();
  keys.remove();
});

/** The same operation, character by character another document. */
function asTrusted(operation: string): string {
  return `# trusted\n${operation}`;
}

function key(scope: Scope): string {
  return scopeKeys.get(scope) ?? "";
}

const call = (query: string, token: string | undefined, variables?: Record<string, unknown>) =>
  graphql(server.address, query, variables, token);

async function total(): Promise<unknown> {
  return (await call("{ feedbackSummary { total } }", key("admin"))).data;
}

test("the table of this test has every root field of the schema", () => {
  expect(rootFields.filter((field) => FIELDS[field] === undefined)).toEqual([]);
});

describe.each(operations)("%s", (field, { operation, allowed }) => {
  const ways = SCOPES.flatMap((scope) => [
    [scope, "arbitrary", operation] as const,
    [scope, "trusted", asTrusted(operation)] as const,
  ]);

  test.each(ways)("with the scope %s, as %s operation, passes exactly if it is meant to", async (scope, _, sent) => {
    const { status, errors } = await call(sent, key(scope));
    expect(status).toBe(200);
    const codes = errors?.map(({ extensions }) => extensions.code) ?? [];
    if (allowed.includes(scope)) {
      expect(codes).not.toContain("FORBIDDEN");
      expect(codes).not.toContain("INTERNAL_SERVER_ERROR");
    } else {
      expect(codes).toEqual(["FORBIDDEN"]);
      const lacking = allowed.filter((each) => each !== "admin" || allowed.length === 1);
      expect(errors?.[0]?.extensions.requiredScopes).toEqual(lacking);
      for (const each of lacking) expect(errors?.[0]?.message).toContain(each);
    }
  });

  test("with no key, or one that is expired, revoked or tampered, is 401 before anything runs", async () => {
    const answers = await Promise.all(
      [...bad.values()].map(async (token) => {
        const headers = { "content-type": "application/json", ...(token !== undefined && bearer(token)) };
        const answer = await post(server.address, JSON.stringify({ query: operation }), headers);
        return { status: answer.status, asks: answer.headers.get("www-authenticate"), body: await answer.text() };
      }),
    );
    expect(answers[0]).toMatchObject({ status: 401, asks: "Bearer" });
    expect(JSON.parse(answers[0]?.body ?? "").errors[0].extensions).toEqual({ code: "UNAUTHENTICATED" });
    // One and the same answer: nobody learns what is wrong with a guess.
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test("names in the schema what it needs", () => {
    const [type, name] = field.split(".");
    const { description } = (schema.getType(type ?? "") as GraphQLObjectType).getFields()[name ?? ""] ?? {};
    if (allowed === EVERYBODY) expect(description).toContain("Needs no particular scope.");
    else expect(description).toContain(`Needs the scope ${allowed.filter((each) => each !== "admin")[0] ?? "admin"}`);
  });
});

test("what is refused changes nothing", async () => {
  const before = await total();
  await call(PREDICT, key("export"), { text: "a" });
  await call(PREDICT, undefined, { text: "a" });
  expect(await total()).toEqual(before);
});

test("an operation runs the fields that its key may use and refuses the others", async () => {
  const query = "{ model { version } feedbackSummary { total } }";
  const { status, errors } = await call(query, key("predict"));
  expect({ status, errors }).toMatchObject({ status: 200, errors: [{ extensions: { code: "FORBIDDEN" } }] });
  const aliased = `mutation { a: undo(predictionId: ${ID}) { id } b: predict(text: "a") { id } }`;
  expect((await call(aliased, key("predict"))).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
});

test("a key with several scopes has each of them", async () => {
  const both = await keys.create(["predict", "export"]);
  expect((await call(PREDICT, both, { text: "a" })).errors).toBeUndefined();
  expect((await call("{ feedbackSummary { total } }", both)).errors).toBeUndefined();
  expect((await call(APPROVE, both, { id: "x" })).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
});

test("whoever may not decide cannot tell whether a prediction exists", async () => {
  const { data } = await call(PREDICT, key("predict"), { text: "a" });
  const answers = await Promise.all(
    [data.predict.id, "01ARZ3NDEKTSV4RRFFQ69G5FAV"].map((id) => call(APPROVE, key("predict"), { id })),
  );
  expect(answers[0]).toEqual(answers[1]);
});

test("a decision is stored with the id of the key that made it, and nothing of its secret", async () => {
  const { data } = await call(PREDICT, key("predict"), { text: "a" });
  const { data: decided } = await call(APPROVE, key("feedback"), { id: data.predict.id });
  const { id, secret } = parseApiKey(key("feedback")) ?? {};
  expect(decided.approve.history).toMatchObject([{ action: "APPROVE", actor: `key:${id}` }]);
  const stored = await server.store.find(data.predict.id);
  expect(stored?.history[0]?.actor).toBe(`key:${id}`);
  expect(server.log()).not.toContain(secret);
});

test("every key may read the schema by introspection", async () => {
  const { data } = await call("{ __schema { queryType { name } } __typename }", key("predict"));
  expect(data).toEqual({ __schema: { queryType: { name: "Query" } }, __typename: "Query" });
  expect((await call("{ __typename }", undefined)).status).toBe(401);
});

test("a revoked key stops working while the server runs, within seconds", async () => {
  const doomed = await keys.create(["predict"]);
  expect((await call("{ model { version } }", doomed)).status).toBe(200);
  await keys.store.revoke(parseApiKey(doomed)?.id ?? "");
  const deadline = Date.now() + 15_000;
  while ((await call("{ __typename }", doomed)).status === 200 && Date.now() < deadline) await setTimeout(100);
  expect((await call("{ __typename }", doomed)).status).toBe(401);
});

test.each([
  ["another scheme", "Basic YTpi"],
  ["no token", "Bearer"],
  ["two tokens", "Bearer a b"],
  ["a token of 9,000 characters", `Bearer ${"a".repeat(9000)}`],
])("a header with %s is no credential", async (_, authorization) => {
  const headers = { "content-type": "application/json", authorization };
  expect((await post(server.address, '{"query":"{__typename}"}', headers)).status).toBe(401);
});

describe("besides GraphQL", () => {
  const status = async (path: string, token?: string) =>
    (await fetch(server.address + path, { headers: token === undefined ? {} : bearer(token) })).status;

  /** The address of an export, once it is ready. */
  async function exportUrl(id: string): Promise<string> {
    for (;;) {
      const { data } = await call("query ($id: ID!) { datasetExport(id: $id) { url } }", key("export"), { id });
      if (data.datasetExport.url !== null) return data.datasetExport.url;
      await setTimeout(100);
    }
  }

  test("health, the page and how to sign in are open", async () => {
    for (const path of ["/livez", "/readyz", "/"]) expect(await status(path)).toBe(200);
    expect(await (await fetch(`${server.address}/config.json`)).json()).toEqual({
      authentication: "key",
      openId: null,
    });
  });

  test("metrics are for administrators", async () => {
    expect(await status("/metrics")).toBe(401);
    expect(await status("/metrics", key("export"))).toBe(403);
    expect(await status("/metrics", key("admin"))).toBe(200);
  });

  test("an export is downloaded by its signed address alone", async () => {
    const { data } = await call("mutation { exportCsv { id } }", key("export"));
    const url = await exportUrl(data.exportCsv.id);
    expect(await status(url)).toBe(200);
    expect(await status(url.replace(/\?.*/, ""), key("admin"))).toBe(404);
  });
});

test("a root field that is in no permission keeps the server from starting", () => {
  const query = new GraphQLObjectType({ name: "Query", fields: { leak: { type: GraphQLInt } } });
  expect(() => authorized(new GraphQLSchema({ query }))).toThrow("Query.leak is in no permission");
  const inherited = new GraphQLObjectType({ name: "Query", fields: { toString: { type: GraphQLInt } } });
  expect(() => authorized(new GraphQLSchema({ query: inherited }))).toThrow("Query.toString");
});
