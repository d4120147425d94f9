import {
  coerceInputValue,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getVariableValues,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type ValueNode,
  type VariableDefinitionNode,
  valueFromAST,
} from "graphql";

/** Where graphql-js stops to count what is wrong with the variables of a request. */
const MAX_ERRORS = 50;

/** What the variables of a request become, or what is wrong with them. */
export type Coerced = { coerced: Record<string, unknown> } | { errors: readonly GraphQLError[] };

interface Variable {
  name: string;
  type: GraphQLInputType;
  isRequired: boolean;
  defaultValue: ValueNode | undefined;
}

/** The variables of one operation, whose types are looked up once instead of on every request. */
export class VariableCoercion {
  private readonly definitions: readonly VariableDefinitionNode[];
  private readonly variables: readonly Variable[];

  constructor(
    private readonly schema: GraphQLSchema,
    operation: OperationDefinitionNode,
  ) {
    this.definitions = operation.variableDefinitions ?? [];
    this.variables = this.definitions.map((definition) => compiled(schema, definition));
  }

  /** Gives what graphql-js gives, errors included: where anything is wrong, graphql-js itself says what. */
  coerce(inputs: Readonly<Record<string, unknown>>): Coerced {
    const coerced: Record<string, unknown> = {};
    for (const { name, type, isRequired, defaultValue } of this.variables) {
      if (!Object.hasOwn(inputs, name)) {
        if (defaultValue !== undefined) coerced[name] = valueFromAST(defaultValue, type);
        else if (isRequired) return this.explained(inputs);
        continue;
      }
      let isValid = true;
      coerced[name] = coerceInputValue(inputs[name], type, () => {
        isValid = false;
      });
      if (!isValid) return this.explained(inputs);
    }
    return { coerced };
  }

  private explained(inputs: Readonly<Record<string, unknown>>): Coerced {
    const result = getVariableValues(this.schema, this.definitions, inputs, { maxErrors: MAX_ERRORS });
    return result.errors === undefined ? { coerced: result.coerced } : { errors: result.errors };
  }
}

function compiled(schema: GraphQLSchema, { variable, type: typeNode, defaultValue }: VariableDefinitionNode): Variable {
  const type = typeFromAST(schema, typeNode);
  const name = variable.name.value;
  if (!isInputType(type)) throw new Error(`The variable $${name} has no input type.`);
  return { name, type, isRequired: isNonNullType(type), defaultValue };
}
