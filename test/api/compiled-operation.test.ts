import { setImmediate } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  buildSchema,
  execute,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  responsePathAsArray,
  validate,
} from "graphql";
import { CompiledOperation } from "../../api/src/compiled-operation.js";
import type { Context } from "../../api/src/context.js";
import { type GeneratedOperation, generatedOperations } from "./generated-operations.js";

/** What graphql-js does is what a compiled operation must do: on a schema with resolvers of every kind and mood. */

const SDL = `
  enum Mood { GOOD BAD }
  input Wish { text: String = "nothing" count: Int! = 3 moods: [Mood!] deeper: Wish }
  type Node {
    id: ID!
    text(upper: Boolean = false, times: Int! = 1): String
    count: Int
    sure: Boolean!
    share: Float!
    mood: Mood
    moods: [Mood!]!
    texts: [String]
    next: Node
    surely: Node!
    nodes: [Node]
    all: [Node!]!
    maybe: [[Node!]]!
    wished(wish: Wish, wishes: [Wish!], mood: Mood = GOOD): Node
  }
  type Query { node(id: ID!): Node must: Node! nodes(first: Int! = 2, wish: Wish): [Node!] text: String! texts: [String!]! }
  type Mutation { add(wish: Wish!): Node! remove(id: ID): Boolean clear: Node fail: Int! }
`;

/** A number that depends on nothing but the place in the answer, so that both executors meet the same. */
function chance(seed: number, place: string): number {
  let hash = seed | 0;
  for (const character of place) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) ^ (hash >>> 13);
  return (hash >>> 0) % 1000;
}

async function after<Value>(ticks: number, value: () => Value): Promise<Value> {
  for (let tick = 0; tick < ticks; tick += 1) await undefined;
  return value();
}

/**
 * Whether an item of a list is a promise. graphql-js leaves a rejection unhandled, which ends the process, where an
 * item that must not be null fails at once and others fail later; so there it is all of them or none.
 */
function isLate(type: GraphQLOutputType, luck: number): boolean {
  if (!isNonNullType(type)) return luck % 4 === 0;
  return isObjectType(type.ofType);
}

function answerFor(type: GraphQLOutputType, seed: number, place: string): unknown {
  if (isNonNullType(type)) return answerFor(type.ofType, seed, place);
  const luck = chance(seed, `${place}?`);
  if (luck < 40) return luck % 2 === 0 ? null : undefined;
  if (luck < 60) return new Error(`returned at ${place}`);
  if (luck < 70) return { not: "what is expected" };
  if (isListType(type)) {
    const items = Array.from({ length: luck % 4 }, (_, index) => answerFor(type.ofType, seed, `${place}.${index}`));
    const list = items.map((item, index) => (isLate(type.ofType, luck + index) ? after(index % 3, () => item) : item));
    return luck % 5 === 0 ? new Set(list) : list;
  }
  if (isObjectType(type))
    return luck % 3 === 0 ? { sure: () => true, share: 0.5, count: luck, texts: ["a", null] } : {};
  const { name } = type as { name: string };
  return { ID: place, String: `${place} 😀`, Int: luck, Boolean: luck % 2 === 0, Float: luck / 7, Mood: "GOOD" }[name];
}

/** What the resolvers of one run go by, and what they note. */
interface Trial extends Context {
  seed: number;
  calls: string[];
}

/** A field answers at once or later, with what fits or not, or fails. */
const resolve: GraphQLFieldResolver<unknown, Trial> = (_source, args, { seed, calls, actor }, info) => {
  const place = responsePathAsArray(info.path).join(".");
  calls.push(`${info.operation.operation} ${info.parentType.name}.${info.fieldName} ${place} ${JSON.stringify(args)}`);
  const luck = chance(seed, place);
  const answer = () => {
    if (luck < 80) throw new Error(`thrown at ${place} for ${actor}`);
    return answerFor(info.returnType, seed, place);
  };
  return luck % 2 === 0 ? answer() : after(luck % 5, answer);
};

/** Some fields have resolvers, others are read from their object. */
const READ = ["Node.id", "Node.count", "Node.sure", "Node.moods", "Node.next"];
const schema = buildSchema(SDL);
for (const type of ["Query", "Mutation", "Node"].map((name) => schema.getType(name))) {
  if (!isObjectType(type)) continue;
  for (const field of Object.values(type.getFields())) {
    if (!READ.includes(`${type.name}.${field.name}`)) field.resolve = resolve;
  }
}

const POOL = {
  literals: {
    ID: ['"1"', "2"],
    String: ['"a"', '"😀"', '"""block"""'],
    Int: ["0", "5"],
    Boolean: ["true", "false"],
    Float: ["1", "1.5"],
  },
  values: { ID: ["1", 2], String: ["a", "\ud800"], Int: [0, 5, 2 ** 31], Boolean: [true, "true"], Float: [1, "1"] },
};

async function bothAnswers({ query, variables }: GeneratedOperation, seed: number) {
  const document = parse(query);
  const operation = document.definitions[0];
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("no operation");
  const trial = (): Trial => ({
    requestId: "request",
    actor: "somebody",
    client: "c",
    scopes: new Set(),
    seed,
    calls: [],
  });
  const [ours, theirs] = [trial(), trial()];
  const compiled = CompiledOperation.compile(schema, document, operation);
  const answer = await compiled?.run(variables, ours);
  const expected = await execute({ schema, document, variableValues: variables, contextValue: theirs });
  // An answer that an error has decided is given before all is over.
  await setImmediate();
  return { compiled, answer, expected, calls: [ours.calls, theirs.calls] };
}

test("gives what graphql-js gives for generated operations, and calls the same resolvers in the same order", async () => {
  let ran = 0;
  let failed = 0;
  await fc.assert(
    fc.asyncProperty(generatedOperations(schema, POOL), fc.integer(), async (operation, seed) => {
      fc.pre(validate(schema, parse(operation.query)).length === 0);
      const { compiled, answer, expected, calls } = await bothAnswers(operation, seed);
      expect(compiled).toBeDefined();
      if (answer === undefined) return expect(calls[0]).toEqual([]);
      ran += 1;
      if (expected.errors !== undefined) failed += 1;
      expect(JSON.stringify(answer)).toBe(JSON.stringify(expected));
      expect(calls[0]).toEqual(calls[1]);
    }),
    { numRuns: 400, seed: 20261125 },
  );
  expect(ran).toBeGreaterThan(300);
  expect(failed).toBeGreaterThan(100);
}, 180_000);
