import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from "graphql";

/** The most tokens of a document; parsing stops there. */
export const MAX_TOKENS = 1000;

/** The most root fields of one operation, by its type: each is work of its own. */
export const MAX_ROOT_FIELDS = { mutation: 5, query: 20, subscription: 1 } as const;

/** A validation rule: refuses an operation with too many root fields before any of them runs. */
export function limitRootFields(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const count = rootFields(context, operation);
      const limit = MAX_ROOT_FIELDS[operation.operation];
      if (count <= limit) return;
      const message = `The ${operation.operation} has ${count} root fields; at most ${limit} are allowed. Send several requests.`;
      context.reportError(new GraphQLError(message, { nodes: operation }));
    },
  };
}

/** Counts the different response names at the root, which is how many fields would run. */
function rootFields(context: ValidationContext, operation: OperationDefinitionNode): number {
  const names = new Set<string>();
  const visited = new Set<FragmentDefinitionNode>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) names.add((selection.alias ?? selection.name).value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else {
        const fragment = context.getFragment(selection.name.value);
        if (fragment && !visited.has(fragment)) {
          visited.add(fragment);
          collect(fragment.selectionSet);
        }
      }
    }
  };
  collect(operation.selectionSet);
  return names.size;
}
