import {
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  visit,
} from "graphql";

/** The most tokens of a document; parsing stops there. That also bounds how deep a document is. */
export const MAX_TOKENS = 1000;

/** The most fields at the root of one operation, by its type, wherever they are written: each is work of its own. */
export const MAX_ROOT_FIELDS = { mutation: 5, query: 20 } as const;

/** The most of these that list things page by page. */
export const MAX_PAGES = 5;

/** How often a document may name a field again where it is named already: comparing them costs the square of it. */
export const MAX_REPETITIONS = 10;

/** The most directives at one place. */
export const MAX_DIRECTIVES = 4;

/** Documents that were found to be within the limits, and how long one may be to be remembered, in characters. */
const REMEMBERED = 1000;
const REMEMBERED_LENGTH = 4096;

/** Refuses documents that would cost too much, before anything else is done about them. */
export class OperationLimits {
  private readonly pageFields: ReadonlySet<string>;
  private readonly known = new Set<string>();

  constructor(schema: GraphQLSchema) {
    const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
    this.pageFields = new Set(fields.filter(({ args }) => args.some(({ name }) => name === "first")).map(nameOf));
  }

  /** @returns what is too much in a document; undefined also when it cannot be parsed */
  problemOfText(text: string): GraphQLError | undefined {
    if (this.known.has(text)) return undefined;
    const document = parsed(text);
    const problem = document && this.problem(document);
    if (document !== undefined && problem === undefined) this.remember(text);
    return problem;
  }

  /** @returns what is too much in a document, which limit that breaks and what to do */
  problem(document: DocumentNode): GraphQLError | undefined {
    return repetitionProblem(document) ?? this.rootProblem(document);
  }

  private rootProblem(document: DocumentNode): GraphQLError | undefined {
    for (const operation of document.definitions) {
      if (operation.kind !== Kind.OPERATION_DEFINITION) continue;
      if (operation.operation === "subscription") {
        return new GraphQLError("Subscriptions are not supported. Use a query or a mutation.", { nodes: operation });
      }
      const fields = rootFields(operation, document);
      const limit = MAX_ROOT_FIELDS[operation.operation];
      if (fields.length > limit) {
        return tooMuch(`The ${operation.operation} has ${fields.length} root fields`, limit, operation);
      }
      const pages = fields.filter(({ name }) => this.pageFields.has(name.value));
      if (pages.length > MAX_PAGES) return tooMuch(`The query asks for ${pages.length} lists`, MAX_PAGES, operation);
    }
    return undefined;
  }

  private remember(text: string): void {
    if (text.length > REMEMBERED_LENGTH) return;
    const [oldest] = this.known;
    if (this.known.size >= REMEMBERED && oldest !== undefined) this.known.delete(oldest);
    this.known.add(text);
  }
}

function parsed(text: string): DocumentNode | undefined {
  try {
    return parse(text, { maxTokens: MAX_TOKENS });
  } catch {
    return undefined;
  }
}

/** The fields that an operation takes from its root type; fragments that are spread again add none. */
function rootFields(operation: OperationDefinitionNode, { definitions }: DocumentNode): FieldNode[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of definitions) if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  const fields: FieldNode[] = [];
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) fields.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else {
        const fragment = fragments.get(selection.name.value);
        fragments.delete(selection.name.value);
        if (fragment !== undefined) collect(fragment.selectionSet);
      }
    }
  };
  collect(operation.selectionSet);
  return fields;
}

function repetitionProblem(document: DocumentNode): GraphQLError | undefined {
  let repetitions = 0;
  let problem: GraphQLError | undefined;
  visit(document, {
    SelectionSet(node) {
      repetitions += node.selections.length - new Set(node.selections.map(responseName)).size;
      if (repetitions <= MAX_REPETITIONS) return;
      problem ??= tooMuch(
        `The document repeats fields ${repetitions} times where they are already`,
        MAX_REPETITIONS,
        node,
      );
    },
    enter(node) {
      const directives = "directives" in node ? (node.directives?.length ?? 0) : 0;
      if (directives > MAX_DIRECTIVES) problem ??= tooMuch(`There are ${directives} directives`, MAX_DIRECTIVES, node);
    },
  });
  return problem;
}

function responseName(node: SelectionSetNode["selections"][number]): unknown {
  if (node.kind === Kind.FIELD) return (node.alias ?? node.name).value;
  return node.kind === Kind.FRAGMENT_SPREAD ? `...${node.name.value}` : node;
}

function tooMuch(what: string, limit: number, nodes: ASTNode): GraphQLError {
  return new GraphQLError(`${what}; at most ${limit} are allowed. Send several requests.`, { nodes });
}

function nameOf({ name }: { name: string }): string {
  return name;
}
