import { expect, test } from "@jest/globals";
import { type GraphQLSchema, isObjectType } from "graphql";
import { createSchema } from "../../api/src/schema.js";
import { constantParts } from "../support/constant-parts.js";

const schema: GraphQLSchema = createSchema(constantParts());

test("properties and getters of objects are read without type-graphql in between, which takes most of a request", () => {
  const resolved = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith("__") && name !== "Query" && name !== "Mutation")
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ name: `${type.name}.${field.name}`, field })))
    .filter(({ field }) => field.resolve !== undefined)
    .map(({ name }) => name);
  expect(resolved).toEqual(["Prediction.explanation"]);
});
