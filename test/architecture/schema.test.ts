import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import {
  buildSchema,
  DangerousChangeType,
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLNamedType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from "graphql";
import { printedSchema } from "../../api/src/schema.js";

const contract = buildSchema(readFileSync("test/architecture/contract.graphql", "utf8"));
const committed = readFileSync("schema.graphql", "utf8");

const schema = buildSchema(committed);

test("schema.graphql is what the code prints (npm run schema writes it anew)", () => {
  expect(committed).toBe(printedSchema());
});

describe("the schema", () => {
  test("holds everything that clients were promised", () => {
    expect(findBreakingChanges(contract, schema)).toEqual([]);
  });

  test("keeps the defaults that clients were promised", () => {
    const changes = findDangerousChanges(contract, schema);
    expect(changes.filter(({ type }) => type === DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE)).toEqual([]);
  });

  test("says of every type, field and argument what it means", () => {
    const ownTypes = Object.values(schema.getTypeMap()).filter(
      (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
    );
    expect(ownTypes.flatMap(unexplained)).toEqual([]);
  });
});

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
  if (isInputObjectType(type)) return Object.values(type.getFields()).map(within);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const fields = Object.values(type.getFields());
  return fields.flatMap((field) => [
    within(field),
    ...field.args.map((arg) => within({ ...arg, name: `${field.name}(${arg.name})` })),
  ]);
}
