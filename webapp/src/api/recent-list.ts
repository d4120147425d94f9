import type { ApolloCache, Reference } from "@apollo/client/core/index.js";
import type { Prediction } from "../prediction.js";

/** The list of recent predictions as the cache has it. */
interface StoredList {
  readonly edges: readonly { readonly node: Reference }[];
}

/** Puts a prediction that the cache knows at the top of the list in there; says whether there is a list. */
export function listFirst(cache: ApolloCache<unknown>, { id }: Prediction): boolean {
  let there = false;
  cache.modify<{ predictions: StoredList }>({
    fields: {
      predictions: (list, { toReference, readField, isReference }) => {
        if (isReference(list)) return list;
        there = true;
        if (list.edges.some(({ node }) => readField("id", node) === id)) return list;
        const node = toReference({ __typename: "Prediction", id });
        return node ? { ...list, edges: [{ __typename: "PredictionEdge", cursor: "", node }, ...list.edges] } : list;
      },
    },
  });
  return there;
}
