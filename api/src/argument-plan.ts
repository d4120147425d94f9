import {
  type ArgumentNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  getArgumentValues,
  isLeafType,
  isNonNullType,
  Kind,
  valueFromAST,
} from "graphql";

type Arguments = Record<string, unknown>;

/** Gives the value of one argument, or `unknown` when graphql-js has to say what is to be done. */
type ArgumentPlan = (variables: Arguments) => unknown;

const DOUBTFUL = Symbol("doubtful");
const ABSENT = Symbol("absent");

/**
 * Plans the arguments of a field. What is constant is computed once and what is a variable is looked up; whatever
 * else there may be, wrong values among it, is left to graphql-js on every run.
 */
export function planArguments(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
): (variables: Arguments) => Arguments {
  const plans = field.args.map((argument) => [argument.name, planArgument(argument, node.arguments)] as const);
  return (variables) => {
    const values: Arguments = {};
    for (const [name, plan] of plans) {
      const value = plan(variables);
      if (value === DOUBTFUL) return getArgumentValues(field, node, variables);
      if (value !== ABSENT) values[name] = value;
    }
    return values;
  };
}

function planArgument(argument: GraphQLArgument, nodes: readonly ArgumentNode[] = []): ArgumentPlan {
  const value = nodes.find(({ name }) => name.value === argument.name)?.value;
  const isRequired = isNonNullType(argument.type);
  if (value === undefined) return planDefault(argument, isRequired);
  if (value.kind === Kind.VARIABLE) {
    const name = value.name.value;
    return (variables) => {
      const given = variables[name];
      return given === undefined || (given === null && isRequired) ? DOUBTFUL : given;
    };
  }
  const isLeaf = isLeafType(isNonNullType(argument.type) ? argument.type.ofType : argument.type);
  const constant = isLeaf ? valueFromAST(value, argument.type) : undefined;
  return () => (constant === undefined || (constant === null && isRequired) ? DOUBTFUL : constant);
}

function planDefault({ defaultValue }: GraphQLArgument, isRequired: boolean): ArgumentPlan {
  if (defaultValue !== undefined) return () => defaultValue;
  return () => (isRequired ? DOUBTFUL : ABSENT);
}
