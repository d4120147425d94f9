import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { type GraphQLSchema, parse, validate } from "graphql";
import pino from "pino";
import type { GraphQLAnswer } from "../../api/src/execution-answer.js";
import { GraphQLEndpoint } from "../../api/src/graphql-endpoint.js";
import { OperationLimits } from "../../api/src/operation-limits.js";
import { createSchema } from "../../api/src/schema.js";
import { withImplied } from "../../api/src/scope.js";
import { constantParts, FAILING, FAILING_TEXT, FOUND, MISSING, UNAVAILABLE_TEXT } from "../support/constant-parts.js";
import { APPROVE, DATASET_EXPORT, EXPORT_CSV, PREDICT, REVISE, UNDO } from "../support/graphql.js";
import { generatedOperations } from "./generated-operations.js";

/** Trusted and repeated operations take one road, all others another. A client must not be able to tell which one it was on. */

const log = pino({ level: "silent" });
const schema = createSchema(constantParts());
const limits = new OperationLimits(schema);

/** Every call of a root field, in order: what ran, and how often. */
const calls: string[] = [];
noteCalls(schema);

const TIMERS = [
  "hrtime",
  "nextTick",
  "performance",
  "queueMicrotask",
  "setImmediate",
  "clearImmediate",
  "setInterval",
  "clearInterval",
  "setTimeout",
  "clearTimeout",
] as const;

/** Compiles nothing. */
let apollo: GraphQLEndpoint;
/** Compiles what it was sent for the third time. */
let repeating: GraphQLEndpoint;

beforeAll(async () => {
  // Of the clock alone: decisions carry the time at which they were made.
  jest.useFakeTimers({ now: new Date("2026-01-02T00:00:00Z"), doNotFake: [...TIMERS] });
  apollo = await GraphQLEndpoint.start(schema, log, [], { compileRepeated: false });
  repeating = await GraphQLEndpoint.start(schema, log);
});
afterAll(async () => {
  await apollo.stop();
  await repeating.stop();
  jest.useRealTimers();
});

function noteCalls(noted: GraphQLSchema): void {
  for (const type of [noted.getQueryType(), noted.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const { resolve } = field;
      field.resolve = (source, args, context, info) => {
        calls.push(`${field.name} ${JSON.stringify(args)}`);
        return resolve?.(source, args, context, info);
      };
    }
  }
}

const caller = { actor: "somebody", client: "somebody", scopes: withImplied(["admin"]) };

/** What a prediction gets that is made now; ids of the constants are the same every time and stay. */
const NEW_ID = new RegExp(`"(?!${FOUND}|${MISSING}|${FAILING})[0-9A-HJKMNP-TV-Z]{26}"`, "g");

interface Answered extends GraphQLAnswer {
  calls: string[];
}

async function answered(endpoint: GraphQLEndpoint, request: object): Promise<Answered> {
  calls.length = 0;
  const answer = await endpoint.answer(JSON.stringify(request), { requestId: "the-request", ...caller });
  return { ...answer, body: answer.body.replace(NEW_ID, '"an id"'), calls: [...calls] };
}

interface GraphQLBody {
  query: string;
  variables?: unknown;
  operationName?: unknown;
}

/** Sends a request on both roads, asserts that they agree, and gives the answer. */
async function agreed(request: GraphQLBody): Promise<Answered> {
  const trusting = await GraphQLEndpoint.start(schema, log, [{ text: request.query, file: "test.graphql" }]);
  const [fast, general] = [await answered(trusting, request), await answered(apollo, request)];
  await trusting.stop();
  expect(fast).toEqual(general);
  for (const time of [1, 2, 3]) expect({ time, ...(await answered(repeating, request)) }).toEqual({ time, ...general });
  return fast;
}

const PREDICT_TWO = `mutation Two($a: String!, $b: String!, $withB: Boolean = true) {
  first: predict(text: $a) { ...P }
  second: predict(text: $b) @include(if: $withB) { ...P ... on Prediction { __typename history { at } } }
  third: predict(text: $a) { id }
}
fragment P on Prediction { emotion confidence ...Q }
fragment Q on Prediction { probabilities { emotion probability __typename } }`;

const NAMED = `query A($id: ID!) { prediction(id: $id) { id } } query B { model { version } }`;

const GOOD: [string, GraphQLBody][] = [
  ["a prediction", { query: PREDICT, variables: { text: "I won." } }],
  ["one with an idempotency key", { query: PREDICT, variables: { text: "I won.", key: "k" } }],
  ["an approval", { query: APPROVE, variables: { id: FOUND, expected: 3 } }],
  ["a revision", { query: REVISE, variables: { id: FOUND, emotion: "SHAME", expected: 3 } }],
  ["an undo", { query: UNDO, variables: { id: FOUND } }],
  ["an export", { query: EXPORT_CSV, variables: { filter: { status: "PENDING", emotion: ["JOY"] } } }],
  ["an export by its id", { query: DATASET_EXPORT, variables: { id: FOUND } }],
  ["null for what is not there", { query: DATASET_EXPORT, variables: { id: "other" } }],
  ["a number as an id", { query: DATASET_EXPORT, variables: { id: 5 } }],
  ["three fields of a mutation", { query: PREDICT_TWO, variables: { a: "one", b: "two" } }],
  ["a field left out", { query: PREDICT_TWO, variables: { a: "one", b: "two", withB: false } }],
  ["an operation by its name", { query: NAMED, operationName: "B" }],
  ["__typename alone", { query: "mutation { __typename }" }],
  ["introspection", { query: '{ __schema { queryType { name } } __type(name: "Emotion") { name } }' }],
  ["a variable too many", { query: "{ model { version } }", variables: { more: 1 } }],
  ["variables that are null", { query: "{ model { version } }", variables: null }],
];

const BAD: [string, GraphQLBody][] = [
  ["a missing variable", { query: PREDICT, variables: {} }],
  ["no variables", { query: PREDICT }],
  ["null for a value that must be", { query: PREDICT, variables: { text: null } }],
  ["a number for a text", { query: PREDICT, variables: { text: 5 } }],
  ["a list for a text", { query: PREDICT, variables: { text: ["a"] } }],
  ["an unknown enum value", { query: REVISE, variables: { id: FOUND, emotion: "JOYY" } }],
  ["an enum value in lower case", { query: REVISE, variables: { id: FOUND, emotion: "joy" } }],
  ["a number that is no Int", { query: UNDO, variables: { id: FOUND, expected: 1.5 } }],
  ["a number beyond 32 bits", { query: UNDO, variables: { id: FOUND, expected: 2 ** 31 } }],
  ["a number as text", { query: UNDO, variables: { id: FOUND, expected: "1" } }],
  ["two wrong variables", { query: REVISE, variables: { id: {}, emotion: null } }],
  ["an unknown input field", { query: EXPORT_CSV, variables: { filter: { statuss: [] } } }],
  ["a time that is none", { query: EXPORT_CSV, variables: { filter: { verifiedAfter: "yesterday" } } }],
  ["null for a default", { query: EXPORT_CSV, variables: { dialect: null } }],
  ["a null condition", { query: PREDICT_TWO, variables: { a: "a", b: "b", withB: null } }],
  ["fifty-one wrong items", { query: EXPORT_CSV, variables: { filter: { status: Array(51).fill("x") } } }],
  ["a wrong name of an operation", { query: NAMED, operationName: "C" }],
  ["an empty name", { query: NAMED, operationName: "" }],
  ["no name where one is needed", { query: NAMED }],
  ["an error for the client", { query: PREDICT, variables: { text: "" } }],
  ["NOT_FOUND", { query: APPROVE, variables: { id: MISSING } }],
  ["CONFLICT", { query: REVISE, variables: { id: FOUND, emotion: "FEAR", expected: 0 } }],
  ["an unreachable service", { query: PREDICT, variables: { text: UNAVAILABLE_TEXT } }],
  ["an unexpected error", { query: PREDICT, variables: { text: FAILING_TEXT } }],
  [
    "an unexpected error in a field that may be null",
    { query: `{ a: prediction(id: "${FAILING}") { id } model { version } }` },
  ],
  [
    "an argument that is null at last",
    { query: "query ($n: Int = 5) { predictions(first: $n) { edges { cursor } } }", variables: { n: null } },
  ],
  ["the second of three mutations failing", { query: PREDICT_TWO, variables: { a: "one", b: "" } }],
];

describe("both roads give the same status and the same bytes, and run the same", () => {
  test.each(GOOD)("for %s", async (_, request) => {
    const { status, body } = await agreed(request);
    expect({ status, errors: JSON.parse(body).errors }).toEqual({ status: 200 });
  });

  test.each(BAD)("for %s", async (_, request) => {
    expect(JSON.parse((await agreed(request)).body).errors).not.toHaveLength(0);
  });

  test("for generated operations on every field of the schema", async () => {
    const texts = ["I won.", "", UNAVAILABLE_TEXT, FAILING_TEXT];
    const ids = [FOUND, MISSING, FAILING];
    const pool = {
      literals: {
        String: texts.map((text) => JSON.stringify(text)),
        ID: ids.map((id) => JSON.stringify(id)),
        Int: ["1", "20", "0", "-1", "101"],
        DateTime: ['"2026-01-01T00:00:00Z"'],
      },
      values: {
        String: [...texts, "\ud800", "a\0b"],
        ID: [...ids, 7],
        Int: [1, 20, 0, -1, 2 ** 31],
        DateTime: ["2026-01-01T00:00:00Z", "yesterday", 5],
      },
    };
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(generatedOperations(schema, pool), async (request) => {
        fc.pre(validate(schema, parse(request.query)).length === 0);
        fc.pre(limits.problem(parse(request.query)) === undefined);
        statuses.add((await agreed(request)).status);
      }),
      { numRuns: 200, seed: 20261125 },
    );
    expect([...statuses].sort()).toEqual([200, 400]);
  }, 180_000);
});

test("a trusted operation needs nothing of Apollo, everything else does", async () => {
  const endpoint = await GraphQLEndpoint.start(schema, log, [{ text: PREDICT_TWO, file: "test.graphql" }]);
  await endpoint.stop();
  const variables = { a: "one", b: "two" };
  expect(await answered(endpoint, { query: PREDICT_TWO, variables })).toMatchObject({ status: 200 });
  expect(await answered(endpoint, { query: PREDICT_TWO, variables, operationName: "Two" })).toMatchObject({
    status: 200,
  });
  await expect(answered(endpoint, { query: `${PREDICT_TWO} `, variables })).rejects.toThrow();
  await expect(answered(endpoint, { query: PREDICT_TWO, variables, operationName: "Other" })).rejects.toThrow();
});

test("an operation that is sent for the third time needs nothing of Apollo any more, one that is not valid always does", async () => {
  const endpoint = await GraphQLEndpoint.start(schema, log);
  const valid = { query: PREDICT_TWO, variables: { a: "one", b: "two" } };
  const invalid = { query: "{ nothing }" };
  const long = { query: `{ model { version } } #${"x".repeat(10_000)}` };
  for (const request of [valid, invalid, long, valid, invalid, long]) await answered(endpoint, request);
  await endpoint.stop();
  expect(await answered(endpoint, valid)).toMatchObject({ status: 200 });
  await expect(answered(endpoint, invalid)).rejects.toThrow();
  await expect(answered(endpoint, long)).rejects.toThrow();
});

test("a mutation runs once on either road, whatever becomes of it", async () => {
  for (const text of ["fine", UNAVAILABLE_TEXT, FAILING_TEXT]) {
    expect((await agreed({ query: PREDICT, variables: { text } })).calls).toHaveLength(1);
  }
  const second = await agreed({ query: PREDICT_TWO, variables: { a: "one", b: FAILING_TEXT } });
  expect(second.calls.map((call) => call.slice(0, 7))).toEqual(["predict", "predict"]);
  expect((await agreed({ query: PREDICT_TWO, variables: { a: "a", b: "b", withB: null } })).calls).toEqual([]);
});

test("no answer suggests names that are close to a wrong one", async () => {
  const requests: GraphQLBody[] = [
    { query: "{ modle { version } }" },
    { query: "{ model { versio } }" },
    { query: "{ prediction(idd: 1) { id } }" },
    { query: "query ($f: ExportFilte) { model { version } }" },
    { query: `mutation { revise(predictionId: 1, emotion: JOYY) { id } }` },
    { query: REVISE, variables: { id: FOUND, emotion: "JOYY" } },
    { query: EXPORT_CSV, variables: { filter: { statuss: [] } } },
  ];
  for (const request of requests) {
    const { status, body } = await answered(apollo, request);
    expect({ request, status }).toEqual({ request, status: 400 });
    expect(body).not.toContain("Did you mean");
  }
});

describe("a trusted operation that is not valid stops the start", () => {
  test.each([
    ["for the schema", "query Q { nothing }", "Cannot query field"],
    ["as a document", "query {", "Syntax Error"],
    [
      "for the limits",
      `mutation { ${[..."abcdef"].map((a) => `${a}: predict(text: "x") { id }`).join(" ")} }`,
      "at most 5",
    ],
  ])("%s", async (_, text, reason) => {
    const start = GraphQLEndpoint.start(schema, log, [{ text, file: "wrong.graphql" }]);
    await expect(start).rejects.toThrow(reason);
    await expect(start).rejects.toThrow("wrong.graphql");
  });
});
