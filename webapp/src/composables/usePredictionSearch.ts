import { onScopeDispose, type Ref, readonly, ref, shallowReadonly, shallowRef, watch } from "vue";
import { useOperations } from "../api/useOperations.js";
import { type ApiError, toApiError } from "../api-error.js";
import {
  type ListedPredictionFragment,
  type PredictionFilter,
  PredictionSearchDocument,
} from "../generated/graphql.js";
import { nextTask } from "../next-task.js";

/** A prediction as a long list shows it, without what only its details tell. */
export type ListedPrediction = ListedPredictionFragment;

/** Predictions that the server is asked for at once. */
const PAGE = 100;

/**
 * The predictions that pass a filter, newest first, more of them on request. Another filter begins a new search.
 * @param filter null lets everything pass
 */
export function usePredictionSearch(filter: Readonly<Ref<PredictionFilter | null>>) {
  const { query, forgetOlder } = useOperations();
  const found = shallowRef<readonly ListedPrediction[]>([]);
  const searching = ref(false);
  const failure = shallowRef<ApiError | null>(null);
  /** Where the next page begins; null at the end, undefined while nothing was asked. */
  const next = ref<string | null>();
  /** Counts the searches: an answer to an earlier one is not heard any more. */
  let search = 0;
  onScopeDispose(() => {
    search += 1;
  });

  /** Looks for the next ones. A page may hold nothing although there is more behind it: then it goes on. */
  async function more(): Promise<void> {
    if (searching.value || next.value === null) return;
    const mine = search;
    const before = found.value.length;
    searching.value = true;
    failure.value = null;
    try {
      do {
        // What scrolled so far that more is wanted is busy drawing rows.
        await nextTask();
        if (mine !== search) return;
        const { edges, pageInfo } = (await query(PredictionSearchDocument, variables())).predictions;
        if (mine !== search) return;
        const page = edges.map(({ node }) => node);
        forgetOlder(page);
        found.value = [...found.value, ...page];
        next.value = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
      } while (found.value.length === before && next.value !== null);
    } catch (cause) {
      if (mine !== search) return;
      failure.value = toApiError(cause);
    }
    searching.value = false;
  }

  const variables = () => ({ first: PAGE, after: next.value ?? null, filter: filter.value });

  /** Begins again with the newest. */
  function restart(): Promise<void> {
    search += 1;
    found.value = [];
    next.value = undefined;
    searching.value = false;
    return more();
  }

  watch(filter, restart, { immediate: true });

  return {
    /** As they were when they were found. */
    found: shallowReadonly(found),
    searching: readonly(searching),
    failure: shallowReadonly(failure),
    next: readonly(next),
    more,
    restart,
  };
}
