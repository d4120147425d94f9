import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import {
  buildSchema,
  DangerousChangeType,
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  printSchema,
} from "graphql";
import { printedSchema } from "../../api/src/schema.js";

const contract = buildSchema(readFileSync("test/architecture/contract.graphql", "utf8"));
const released = readFileSync("test/architecture/released-schema.graphql", "utf8");
const committed = readFileSync("schema.graphql", "utf8");

const schema = buildSchema(committed);

test("schema.graphql is what the code prints (npm run schema writes it anew)", () => {
  expect(committed).toBe(printedSchema());
});

describe("the schema", () => {
  test("holds everything that clients were promised", () => {
    expect(findBreakingChanges(contract, schema)).toEqual([]);
  });

  test("breaks no client of the last release", () => {
    expect(breakingSince(released, schema)).toEqual([]);
  });

  test("keeps the defaults that clients were promised", () => {
    const changes = findDangerousChanges(contract, schema);
    const sinceRelease = findDangerousChanges(buildSchema(released), schema);
    const defaults = [...changes, ...sinceRelease].filter(
      ({ type }) => type === DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE,
    );
    expect(defaults).toEqual([]);
  });

  test("says of every type, field, argument and value what it means", () => {
    const ownTypes = Object.values(schema.getTypeMap()).filter(
      (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
    );
    expect(ownTypes.flatMap(unexplained)).toEqual([]);
  });
});

describe("a change that breaks clients is found:", () => {
  test.each([
    ["a field is gone", "confidence: Float!", ""],
    ["a field may be null where it was not", "confidence: Float!", "confidence: Float"],
    ["a field has another type", "version: Int!", "version: String!"],
    ["an argument is required where it was not", /expectedVersion: Int$/m, "expectedVersion: Int!"],
    ["an argument is gone", /idempotencyKey: String$/m, ""],
    ["a value of an enum is gone", "REVISED", ""],
  ])("%s", (_, before, after) => {
    const plain = printSchema(buildSchema(released, { noLocation: true })).replaceAll(/"""[\s\S]*?"""\s*/g, "");
    const changed = plain.replace(before, after);
    expect(changed).not.toBe(plain);
    expect(breakingSince(released, buildSchema(changed))).not.toEqual([]);
  });
});

function breakingSince(before: string, now: GraphQLSchema): string[] {
  return findBreakingChanges(buildSchema(before), now).map(({ description }) => description);
}

function isRootType(type: GraphQLNamedType): boolean {
  return type === schema.getQueryType() || type === schema.getMutationType();
}

/** What of a type has no description: itself, its fields, their arguments. */
function unexplained(type: GraphQLNamedType): string[] {
  const parts = isRootType(type) ? partsOf(type) : [type, ...partsOf(type)];
  return parts.filter(({ description }) => !description).map(({ name }) => name);
}

function partsOf(type: GraphQLNamedType): { name: string; description?: string | null | undefined }[] {
  const within = <T extends { name: string }>(part: T) => ({ ...part, name: `${type.name}.${part.name}` });
  if (isEnumType(type)) return type.getValues().map(within);
  if (isInputObjectType(type)) return Object.values(type.getFields()).map(within);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const fields = Object.values(type.getFields());
  return fields.flatMap((field) => [
    within(field),
    ...field.args.map((arg) => within({ ...arg, name: `${field.name}(${arg.name})` })),
  ]);
}
