import { computed, type Ref, shallowRef, watch } from "vue";
import { ShownPredictionFragmentDoc } from "../generated/graphql.js";
import type { Prediction } from "../prediction.js";
import { useToldPredictions } from "../told-predictions.js";
import { cacheId, useClient } from "./graphql-client.js";

/**
 * A prediction as the page's normalised cache knows it, kept up to date by every answer that mentions it. An answer
 * from before a decision, which the cache takes for the newest, does not take the decision back.
 * @param id which one; null for none
 */
export function useStoredPrediction(id: Readonly<Ref<string | null>>): Readonly<Ref<Prediction | null>> {
  const client = useClient();
  const told = useToldPredictions();
  const stored = shallowRef<Prediction | null>(null);
  const fragment = ShownPredictionFragmentDoc;
  const follow = (wanted: string | null, _before: unknown, onCleanup: (stop: () => void) => void) => {
    stored.value = null;
    if (wanted === null) return;
    const from = cacheId(client, wanted);
    // The subscription tells the first state only after this turn of the event loop.
    stored.value = client.readFragment({ fragment, id: from });
    const subscription = client.watchFragment({ fragment, from }).subscribe(({ data, complete }) => {
      if (complete) stored.value = data;
    });
    onCleanup(() => subscription.unsubscribe());
  };
  watch(id, follow, { immediate: true, flush: "sync" });
  return computed(() => stored.value && told.newest(stored.value));
}
