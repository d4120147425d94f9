import { defaultFieldResolver, type GraphQLField, type GraphQLObjectType, type GraphQLSchema } from "graphql";
import type { Context } from "./context.js";
import { forbidden } from "./errors.js";
import { MAX_TEXTS } from "./prediction-service.js";
import type { Scope } from "./scope.js";

/** Who may use a root field, and what that counts for in the rate limit. */
interface Permission {
  /** Any one of these suffices; none: every caller who was let in. */
  scopes: readonly Scope[];
  /** In points; 1 without it. */
  cost?: (args: Record<string, unknown>) => number;
}

/** Whoever looks at what people decided, or at texts of others. */
const READERS = ["feedback", "export"] as const;

/** A list that is longer than allowed is refused anyway, and that must not read as "try later". */
const lengthOf = (list: unknown) => (Array.isArray(list) ? Math.min(Math.max(1, list.length), MAX_TEXTS) : 1);

/** Every root field of the schema. A field that is not here keeps the server from starting. */
export const PERMISSIONS: Readonly<Record<string, Readonly<Record<string, Permission>>>> = {
  Query: {
    prediction: { scopes: READERS },
    predictions: { scopes: READERS },
    reviewQueue: { scopes: READERS },
    feedbackSummary: { scopes: READERS },
    datasetExport: { scopes: ["export"] },
    model: { scopes: [] },
    models: { scopes: [] },
  },
  Mutation: {
    predict: { scopes: ["predict"] },
    predictMany: { scopes: ["predict"], cost: ({ texts }) => lengthOf(texts) },
    approve: { scopes: ["feedback"] },
    revise: { scopes: ["feedback"] },
    undo: { scopes: ["feedback"] },
    exportCsv: { scopes: ["export"] },
    promoteModel: { scopes: ["admin"] },
  },
};

/**
 * Makes every root field ask for its scope, and pay for itself, before its resolver runs; says so in its description.
 * On the schema rather than on the way to it, so that no way around it exists.
 * @throws when a root field has no permission in the table
 */
export function authorized(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) guard(field, permissionFor(type, field.name));
  }
  return schema;
}

function permissionFor(type: GraphQLObjectType | null | undefined, field: string): Permission {
  const ofType = PERMISSIONS[type?.name ?? ""] ?? {};
  const permission = Object.hasOwn(ofType, field) ? ofType[field] : undefined;
  if (permission !== undefined) return permission;
  throw new Error(`${type?.name}.${field} is in no permission: say in authorization.ts who may use it.`);
}

function guard(field: GraphQLField<unknown, Context>, { scopes, cost }: Permission): void {
  const { resolve = defaultFieldResolver, name } = field;
  field.description = `${field.description ?? ""} ${inWords(scopes)}`.trim();
  field.resolve = (source, args, context, info) => {
    if (scopes.length > 0 && !scopes.some((scope) => context.scopes.has(scope))) throw forbidden(name, scopes);
    // Undefined, not a promise, when nothing is owed: waiting would cost on every request.
    const paid = context.spending?.charge(cost?.(args) ?? 1);
    return paid === undefined
      ? resolve(source, args, context, info)
      : paid.then(() => resolve(source, args, context, info));
  };
}

function inWords(scopes: readonly Scope[]): string {
  return scopes.length === 0 ? "Needs no particular scope." : `Needs the scope ${scopes.join(" or ")}.`;
}
