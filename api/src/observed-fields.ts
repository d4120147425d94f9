import { defaultFieldResolver, type GraphQLField, type GraphQLObjectType, type GraphQLSchema } from "graphql";
import type { Context } from "./context.js";
import { traced } from "./tracing.js";

/** Lets each root field say that it ran, for the log and the metrics, and gives it a span of its own. */
export function observed(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) observe(type, field);
  }
  return schema;
}

function observe(type: GraphQLObjectType | null | undefined, field: GraphQLField<unknown, Context>): void {
  const { resolve = defaultFieldResolver, name } = field;
  const span = { name: `${type?.name}.${name}` };
  field.resolve = (source, args, context, info) => {
    context.observation?.ran(name);
    return traced(span, () => resolve(source, args, context, info));
  };
}
