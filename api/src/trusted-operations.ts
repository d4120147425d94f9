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
import { MAX_TOKENS, OperationLimits } from "./operation-limits.js";
import type { TrustedDocument } from "./trusted-documents.js";

/** By name; an operation that is alone in its document is also found without one. */
type Operations = ReadonlyMap<string | undefined, CompiledOperation>;

/** The operations that clients are known to send: parsed, validated and compiled once, at the start. */
export class TrustedOperations {
  private constructor(private readonly documents: ReadonlyMap<string, Operations>) {}

  /**
   * @param schema its resolvers must not change any more
   * @throws an error that names the file with a document that is not valid for the schema, and says why
   */
  static compile(schema: GraphQLSchema, documents: readonly TrustedDocument[]): TrustedOperations {
    const limits = new OperationLimits(schema);
    const compile = (document: TrustedDocument) => compileDocument(schema, validDocument(schema, limits, document));
    return new TrustedOperations(new Map(documents.map((each) => [each.text, compile(each)])));
  }

  /** @returns undefined for what is not trusted, character by character, or has no operation of that name */
  find(document: string, operationName: string | undefined): CompiledOperation | undefined {
    return this.documents.get(document)?.get(operationName);
  }
}

function compileDocument(schema: GraphQLSchema, document: DocumentNode): Operations {
  const nodes = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const operations = new Map<string | undefined, CompiledOperation>();
  for (const node of nodes) {
    const operation = CompiledOperation.compile(schema, document, node);
    if (operation === undefined) continue;
    for (const name of namesOf(node, nodes.length)) operations.set(name, operation);
  }
  return operations;
}

function namesOf({ name }: OperationDefinitionNode, operations: number): (string | undefined)[] {
  const names = name === undefined ? [] : [name.value];
  return operations === 1 ? [...names, undefined] : names;
}

function validDocument(schema: GraphQLSchema, limits: OperationLimits, { text, file }: TrustedDocument): DocumentNode {
  try {
    const document = parse(text, { maxTokens: MAX_TOKENS });
    const error = limits.problem(document) ?? validate(schema, document, specifiedRules)[0];
    if (error !== undefined) throw error;
    return document;
  } catch (error) {
    throw new Error(`An operation in ${file} cannot be trusted: ${(error as Error).message}`);
  }
}
