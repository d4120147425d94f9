import type { GraphQLError, GraphQLResolveInfo } from "graphql";
import type { Selecting } from "./collected-fields.js";
import type { Context } from "./context.js";

/** Where a value stands in the answer, from the leaf to the root. Compared by identity. */
export interface Path {
  readonly prev: Path | undefined;
  readonly key: string | number;
  readonly typename: string | undefined;
}

/** One run of a compiled operation. */
export interface Execution {
  readonly shared: SharedInfo;
  /** Coerced. */
  readonly variables: Record<string, unknown>;
  readonly context: Context;
  readonly errors: FieldErrors;
}

/** What every resolver of an operation is told, on every run. */
export type SharedInfo = Pick<GraphQLResolveInfo, "schema" | "fragments" | "operation">;

/** What a plan is made from. */
export interface Planning extends Selecting {
  /** Ends the planning: the operation is left to Apollo. */
  unsupported(what: string): never;
}

/** The errors of one run. One within something that an earlier error has made null is left out. */
export class FieldErrors {
  readonly list: GraphQLError[] = [];
  private readonly nulled = new Set<Path | undefined>();

  add(error: GraphQLError, path: Path | undefined): void {
    if (this.liesInNull(path)) return;
    this.nulled.add(path);
    this.list.push(error);
  }

  private liesInNull(path: Path | undefined): boolean {
    for (let at = path; at !== undefined; at = at.prev) if (this.nulled.has(at)) return true;
    return this.nulled.has(undefined);
  }
}

export function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return typeof (value as Partial<Promise<Value>> | null | undefined)?.then === "function";
}
