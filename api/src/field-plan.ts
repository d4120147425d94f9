import {
  defaultFieldResolver,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  isLeafType,
  isNonNullType,
  locatedError,
  responsePathAsArray,
  type SelectionSetNode,
} from "graphql";
import { planArguments } from "./argument-plan.js";
import { collectFields } from "./collected-fields.js";
import { type Completion, planCompletion } from "./completion-plan.js";
import { type Execution, isPromise, type Path, type Planning } from "./execution.js";

/**
 * Compiles selections into closures that do what graphql-js' executor does on every request: which fields there are,
 * which arguments and resolvers they have and how their values are completed is found out once.
 *
 * They keep the structure of that executor, down to the number of promises between a resolver and its error, because
 * the order of errors depends on it.
 */

/** Runs one field of an object: gives its value in the answer, or a promise of it. */
export type FieldPlan = (execution: Execution, source: unknown, parent: Path | undefined) => unknown;

/** The fields that are selected from an object, by response name. */
export type ObjectPlan = readonly (readonly [responseName: string, run: FieldPlan])[];

/** Plans what these selection sets take from an object of this type. */
export function planObject(sets: readonly SelectionSetNode[], type: GraphQLObjectType, planning: Planning): ObjectPlan {
  return [...collectFields(sets, type, planning)].map(([name, nodes]) => [
    name,
    planField({ responseName: name, nodes, parent: type }, planning),
  ]);
}

/** Runs fields side by side. */
export function runFields(
  plan: ObjectPlan,
  execution: Execution,
  source: unknown,
  path: Path | undefined,
): Record<string, unknown> | Promise<Record<string, unknown>> {
  const results: Record<string, unknown> = {};
  let containsPromise = false;
  try {
    for (const [name, run] of plan) {
      const result = run(execution, source, path);
      results[name] = result;
      if (isPromise(result)) containsPromise = true;
    }
  } catch (error) {
    if (!containsPromise) throw error;
    // The promises of the other fields must be handled, as they may reject too.
    return settled(results).finally(() => {
      throw error;
    });
  }
  return containsPromise ? settled(results) : results;
}

function settled(results: Record<string, unknown>): Promise<Record<string, unknown>> {
  return Promise.all(Object.values(results)).then((values) => {
    const names = Object.keys(results);
    return Object.fromEntries(names.map((name, index) => [name, values[index]]));
  });
}

/** A field of a document: all nodes with one response name below one parent. */
export interface SelectedField {
  responseName: string;
  nodes: readonly FieldNode[];
  parent: GraphQLObjectType;
}

function planField(selected: SelectedField, planning: Planning): FieldPlan {
  const { nodes, parent } = selected;
  const name = nodes[0]?.name.value ?? "";
  if (name === "__typename") return () => parent.name;
  const field = parent.getFields()[name];
  if (field === undefined) return planning.unsupported(`the field ${parent.name}.${name}`);
  const isLeaf = isLeafType(isNonNullType(field.type) ? field.type.ofType : field.type);
  const isProperty = field.resolve === undefined && field.args.length === 0;
  const general = planResolvedField(selected, field, planning);
  return isLeaf && isProperty ? planProperty(selected, field, { general, planning }) : general;
}

function planResolvedField(
  { responseName, nodes, parent }: SelectedField,
  field: GraphQLField<unknown, unknown>,
  planning: Planning,
): FieldPlan {
  const argumentsOf = planArguments(field, nodes[0] as FieldNode);
  const resolve = field.resolve ?? defaultFieldResolver;
  const complete = planValue(field, { nodes, parent }, planning);
  const fail = planFailure(field, nodes);
  return (execution, source, parentPath) => {
    const path: Path = { prev: parentPath, key: responseName, typename: parent.name };
    try {
      const { shared, variables, context } = execution;
      const info: GraphQLResolveInfo = {
        fieldName: field.name,
        fieldNodes: nodes,
        returnType: field.type,
        parentType: parent,
        path,
        schema: shared.schema,
        fragments: shared.fragments,
        rootValue: undefined,
        operation: shared.operation,
        variableValues: variables,
      };
      const result = resolve(source, argumentsOf(variables), context, info);
      const completed = isPromise(result)
        ? result.then((value) => complete(execution, value, path))
        : complete(execution, result, path);
      if (!isPromise(completed)) return completed;
      return completed.then(undefined, (error: unknown) => fail(error, path, execution));
    } catch (error) {
      return fail(error, path, execution);
    }
  };
}

/** A leaf without a resolver of its own is read without making anything for it; what is not so simple is `general`. */
function planProperty(
  { responseName, nodes, parent }: SelectedField,
  field: GraphQLField<unknown, unknown>,
  { general, planning }: { general: FieldPlan; planning: Planning },
): FieldPlan {
  const complete = planValue(field, { nodes, parent }, planning);
  const fail = planFailure(field, nodes);
  return (execution, source, parentPath) => {
    if (typeof source !== "object" || source === null) return general(execution, source, parentPath);
    let value: unknown;
    try {
      value = (source as Record<string, unknown>)[field.name];
      if (typeof value !== "function" && !isPromise(value)) return complete(execution, value, parentPath);
    } catch (error) {
      return fail(error, { prev: parentPath, key: responseName, typename: parent.name }, execution);
    }
    return general(execution, source, parentPath);
  };
}

function planValue(
  field: GraphQLField<unknown, unknown>,
  { nodes, parent }: Pick<SelectedField, "nodes" | "parent">,
  planning: Planning,
): Completion {
  return planCompletion(field.type, {
    fieldName: `${parent.name}.${field.name}`,
    nodes,
    planObject: (type) => {
      const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      const plan = planObject(sets, type, planning);
      return (execution, value, path) => runFields(plan, execution, value, path);
    },
    unsupported: planning.unsupported,
  });
}

/** What becomes of an error: it belongs to the next thing above that may be null. */
function planFailure(field: GraphQLField<unknown, unknown>, nodes: readonly FieldNode[]) {
  const isNonNull = isNonNullType(field.type);
  return (error: unknown, path: Path, execution: Execution): null => {
    const located = locatedError(error as Error, nodes, responsePathAsArray(path));
    if (isNonNull) throw located;
    execution.errors.add(located, path);
    return null;
  };
}
