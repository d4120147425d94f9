import {
  type FieldNode,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  locatedError,
  responsePathAsArray,
} from "graphql";
import { type Execution, isPromise, type Path } from "./execution.js";

/** Makes of what a resolver gave what stands in the answer; throws what is wrong with it. */
export type Completion = (execution: Execution, value: unknown, path: Path | undefined) => unknown;

/** Which field is completed, and how an object in it is. */
export interface Completing {
  /** For errors, like Query.model. */
  fieldName: string;
  nodes: readonly FieldNode[];
  /** @throws when the type cannot be planned */
  planObject(type: GraphQLObjectType): Completion;
  unsupported(what: string): never;
}

/** CompleteValue of the GraphQL specification (6.4.3) for one type, without interfaces and unions. */
export function planCompletion(type: GraphQLOutputType, completing: Completing): Completion {
  if (isNonNullType(type)) return planNonNull(planCompletion(type.ofType, completing), completing.fieldName);
  const complete = planNullable(type, completing);
  return (execution, value, path) => {
    if (value instanceof Error) throw value;
    return value === null || value === undefined ? null : complete(execution, value, path);
  };
}

function planNullable(type: GraphQLOutputType, completing: Completing): Completion {
  if (isListType(type)) return planList(type.ofType, completing);
  if (isLeafType(type)) return planLeaf(type);
  if (isObjectType(type) && !type.isTypeOf) return completing.planObject(type);
  return completing.unsupported(`the type ${type}`);
}

function planNonNull(complete: Completion, fieldName: string): Completion {
  return (execution, value, path) => {
    const completed = complete(execution, value, path);
    if (completed === null) throw new Error(`Cannot return null for non-nullable field ${fieldName}.`);
    return completed;
  };
}

function planLeaf(type: GraphQLLeafType): Completion {
  return (_execution, value) => {
    const serialized = type.serialize(value);
    if (serialized === null || serialized === undefined) throw new Error(`${type.name} serialized a value to nothing.`);
    return serialized;
  };
}

function planList(itemType: GraphQLOutputType, completing: Completing): Completion {
  const complete = planItem(itemType, completing);
  return (execution, value, path) => {
    if (!isIterable(value)) {
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${completing.fieldName}".`);
    }
    const items: unknown[] = [];
    let containsPromise = false;
    try {
      for (const item of value) {
        const completed = complete(execution, item, { prev: path, key: items.length, typename: undefined });
        if (isPromise(completed)) containsPromise = true;
        items.push(completed);
      }
    } catch (error) {
      // An item that fails later would otherwise be a rejection that nobody handles, which ends the process.
      if (containsPromise) Promise.all(items).catch(() => {});
      throw error;
    }
    return containsPromise ? Promise.all(items) : items;
  };
}

/** Like a field, an item that may be null keeps its error to itself. */
function planItem(type: GraphQLOutputType, completing: Completing) {
  const complete = planCompletion(type, completing);
  const isNonNull = isNonNullType(type);
  const fail = (error: unknown, path: Path, { errors }: Execution): null => {
    const located = locatedError(error as Error, completing.nodes, responsePathAsArray(path));
    if (isNonNull) throw located;
    errors.add(located, path);
    return null;
  };
  return (execution: Execution, item: unknown, path: Path): unknown => {
    try {
      const completed = isPromise(item)
        ? item.then((value) => complete(execution, value, path))
        : complete(execution, item, path);
      if (!isPromise(completed)) return completed;
      return completed.then(undefined, (error: unknown) => fail(error, path, execution));
    } catch (error) {
      return fail(error, path, execution);
    }
  };
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}
