import type { OperationVariables, TypedDocumentNode } from "@apollo/client/core/index.js";
import { ShownPredictionFragmentDoc } from "../generated/graphql.js";
import type { Prediction } from "../prediction.js";
import { useToldPredictions } from "../told-predictions.js";
import { ask, type Client, cacheId, mutate, useClient } from "./graphql-client.js";

/** Documents that the server executes anew each time; what fails rejects with an ApiError. */
export interface Operations {
  query<Data, Variables extends OperationVariables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data>;
  mutate<Data, Variables extends OperationVariables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data>;
  /** Brings the page up to date with a prediction that the server just told. */
  remember(prediction: Prediction): void;
  /** Lets older states of predictions that the server just told be asked for anew. */
  forgetOlder(predictions: readonly Pick<Prediction, "id" | "version">[]): void;
  /** Lets lists that are opened from now on ask the server anew, because it stored predictions of which they know nothing. */
  forgetLists(): void;
}

/** What a page that is rarely opened asks the server, in documents of its own. Call it where Vue's `inject` works. */
export function useOperations(): Operations {
  const client = useClient();
  const told = useToldPredictions();
  return {
    query: (document, variables) => ask(client, document, variables, "no-cache"),
    mutate: (mutation, variables) => mutate(client, { mutation, variables, fetchPolicy: "no-cache" }),
    remember: (data) => {
      client.cache.writeFragment({ fragment: ShownPredictionFragmentDoc, id: cacheId(client, data.id), data });
      told.tell(data);
    },
    forgetOlder: (predictions) => forgetOlder(client, predictions),
    forgetLists: () => void client.cache.evict({ id: "ROOT_QUERY", fieldName: "predictions" }),
  };
}

function forgetOlder(client: Client, predictions: readonly Pick<Prediction, "id" | "version">[]): void {
  const known = client.extract();
  for (const { id, version } of predictions) {
    const entity = cacheId(client, id);
    const knownVersion = known[entity]?.version;
    // Without the whole prediction, lists would be complete without it.
    if (typeof knownVersion === "number" && knownVersion < version)
      client.cache.evict({ id: entity, fieldName: "version" });
  }
}
