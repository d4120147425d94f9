import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { CompiledOperation } from "./compiled-operation.js";
import { MAX_TOKENS, type OperationLimits } from "./operation-limits.js";

/**
 * The operations of a document, compiled, by name; one that is alone in its document is also found without its name.
 * Those that only Apollo can run are absent.
 */
export type CompiledDocument = ReadonlyMap<string | undefined, CompiledOperation>;

/** What documents are compiled for. */
export interface Compiling {
  /** Its resolvers must not change any more. */
  schema: GraphQLSchema;
  limits: OperationLimits;
}

/**
 * Parses, validates and compiles a document.
 * @throws GraphQLError when it is no document, not valid for the schema or beyond the limits
 */
export function compileDocument(text: string, compiling: Compiling): CompiledDocument {
  const document = validDocument(text, compiling);
  const nodes = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const operations = new Map<string | undefined, CompiledOperation>();
  for (const node of nodes) {
    const operation = CompiledOperation.compile(compiling.schema, document, node);
    if (operation === undefined) continue;
    for (const name of namesOf(node, nodes.length)) operations.set(name, operation);
  }
  return operations;
}

function namesOf({ name }: OperationDefinitionNode, operations: number): (string | undefined)[] {
  const names = name === undefined ? [] : [name.value];
  return operations === 1 ? [...names, undefined] : names;
}

function validDocument(text: string, { schema, limits }: Compiling): DocumentNode {
  const document = parse(text, { maxTokens: MAX_TOKENS });
  const error = limits.problem(document) ?? validate(schema, document, specifiedRules)[0];
  if (error !== undefined) throw error;
  return document;
}
