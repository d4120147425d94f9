import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

/** What decides which fields of a document are selected. */
export interface Selecting {
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Coerced; only those matter that `@skip` and `@include` look at. */
  variables: Record<string, unknown>;
}

/** The nodes of each response name that is selected from an object type, in the order of GraphQL's CollectFields. */
export type CollectedFields = ReadonlyMap<string, readonly FieldNode[]>;

/**
 * CollectFields of the GraphQL specification (6.3.2) for a valid document and a schema without interfaces and unions:
 * fields of one response name are gathered, fragments are entered once.
 */
export function collectFields(
  sets: readonly SelectionSetNode[],
  type: GraphQLObjectType,
  selecting: Selecting,
): CollectedFields {
  const fields = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  const visit = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (visited.has(selection.name.value) || !isIncluded(selection, selecting)) continue;
        visited.add(selection.name.value);
        const fragment = selecting.fragments.get(selection.name.value);
        if (fragment?.typeCondition.name.value === type.name) visit(fragment.selectionSet);
      } else if (!isIncluded(selection, selecting)) {
      } else if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const nodes = fields.get(name);
        if (nodes === undefined) fields.set(name, [selection]);
        else nodes.push(selection);
      } else if ((selection.typeCondition?.name.value ?? type.name) === type.name) {
        visit(selection.selectionSet);
      }
    }
  };
  for (const set of sets) visit(set);
  return fields;
}

function isIncluded(node: SelectionNode, { variables }: Selecting): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false;
}
