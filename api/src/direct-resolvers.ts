import { type GraphQLFieldResolver, type GraphQLNamedType, type GraphQLSchema, isObjectType } from "graphql";
import { getMetadataStorage } from "type-graphql";
import type { Context } from "./context.js";

type Storage = ReturnType<typeof getMetadataStorage>;
type Handler = Storage["queries"][number];
type Property = NonNullable<Storage["objectTypes"][number]["fields"]>[number];
type Parameter = NonNullable<Handler["params"]>[number];
type Reader = (args: Record<string, unknown>, context: Context) => unknown;
type Methods = Record<string, (...parameters: unknown[]) => unknown>;

/** Gives the one object of a resolver class. */
export interface ResolverContainer {
  get(resolver: unknown): unknown;
}

/**
 * Lets a field do at once what type-graphql does in general: a root field whose parameters are plain arguments and the
 * context calls its method, and a property or getter of an object is read. On every request type-graphql would sort the
 * parameters, wait for a validation of each that there is none of, and look up the resolver's object.
 */
export function resolvedDirectly(schema: GraphQLSchema, container: ResolverContainer): GraphQLSchema {
  const { queries, mutations, objectTypes } = getMetadataStorage();
  for (const handler of queries) callAtOnce(schema.getQueryType(), handler, container);
  for (const handler of mutations) callAtOnce(schema.getMutationType(), handler, container);
  for (const { name, fields = [] } of objectTypes) readAtOnce(schema.getType(name), fields);
  return schema;
}

function callAtOnce(type: GraphQLNamedType | undefined | null, handler: Handler, container: ResolverContainer): void {
  const readers = readersOf(handler);
  const object = container.get(handler.target) as Methods | undefined;
  const field = isObjectType(type) ? type.getFields()[handler.schemaName] : undefined;
  if (field === undefined || readers === undefined || object === undefined) return;
  field.resolve = calling(object, handler.methodName, readers);
}

function calling(object: Methods, method: string, readers: readonly Reader[]): GraphQLFieldResolver<unknown, Context> {
  return (_source, args, context) => object[method]?.(...readers.map((read) => read(args, context)));
}

/** Without a resolver of its own a field reads the property of its name, which the compiled operations do at once. */
function readAtOnce(type: GraphQLNamedType | undefined, properties: readonly Property[]): void {
  if (!isObjectType(type)) return;
  const fields = type.getFields();
  for (const property of properties) {
    const field = fields[property.schemaName];
    if (field !== undefined && isRead(property)) delete field.resolve;
  }
}

function isRead(property: Property): boolean {
  const { fieldResolvers } = getMetadataStorage();
  const isResolved = fieldResolvers.some(
    ({ kind, methodName, params = [], getObjectType }) =>
      methodName === property.name &&
      getObjectType?.() === property.target &&
      (kind === "external" || params.length > 0),
  );
  return property.name === property.schemaName && isPlain(property) && !isResolved;
}

/** How each parameter is read, in their order; undefined when only type-graphql knows how. */
function readersOf(handler: Handler): Reader[] | undefined {
  if (!isPlain(handler)) return undefined;
  const readers = (handler.params ?? []).toSorted((a, b) => a.index - b.index).map(readerOf);
  return readers.includes(undefined) ? undefined : (readers as Reader[]);
}

function readerOf(parameter: Parameter): Reader | undefined {
  if (parameter.kind === "context" && parameter.propertyName === undefined) return (_args, context) => context;
  if (parameter.kind !== "arg" || parameter.validateFn !== undefined || isInputType(parameter.getType())) return;
  const { name } = parameter;
  return (args) => args[name];
}

/** Nothing of type-graphql's comes before it. */
function isPlain({ middlewares = [], roles }: { middlewares?: readonly unknown[]; roles?: unknown }): boolean {
  return middlewares.length === 0 && roles === undefined;
}

/** Its values become objects of a class. */
function isInputType(type: unknown): boolean {
  return getMetadataStorage().inputTypes.some(({ target }) => target === type);
}
