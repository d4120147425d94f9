import { computed, onScopeDispose, readonly, ref, shallowRef } from "vue";
import { usePredictionList } from "../api/usePredictionList.js";
import { type ApiError, toApiError } from "../api-error.js";

/** The newest predictions, more of them on request. */
export function useRecentPredictions() {
  const list = usePredictionList();
  const loadingMore = ref(false);
  const moreFailure = shallowRef<ApiError | null>(null);

  const failure = computed(
    () => moreFailure.value ?? (list.loaded.value || list.loading.value ? null : list.error.value),
  );

  async function loadMore(): Promise<void> {
    if (loadingMore.value) return;
    loadingMore.value = true;
    moreFailure.value = null;
    await list.loadMore().catch((cause: unknown) => {
      moreFailure.value = toApiError(cause);
    });
    loadingMore.value = false;
  }

  const retry = () => (list.loaded.value ? loadMore() : list.reload().catch(ignoreKnown));
  const retryFailed = () => failure.value && void retry();
  globalThis.window?.addEventListener("online", retryFailed);
  onScopeDispose(() => globalThis.window?.removeEventListener("online", retryFailed));

  return {
    predictions: list.predictions,
    /** Nothing is known yet, and the answer is on its way. */
    loading: computed(() => !list.loaded.value && list.loading.value),
    empty: computed(() => list.loaded.value && list.predictions.value.length === 0),
    /** Why the list, or its next page, could not be loaded. */
    failure,
    hasMore: list.hasMore,
    loadingMore: readonly(loadingMore),
    loadMore,
    /** Asks again for what could not be loaded. */
    retry,
  };
}

/** The list shows the error of its first page by itself. */
function ignoreKnown(): void {}
