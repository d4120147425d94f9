import { onScopeDispose, type Ref, readonly, ref, shallowReadonly, shallowRef, watch } from "vue";
import { useOperations } from "../api/useOperations.js";
import { type ApiError, toApiError } from "../api-error.js";
import { FeedbackSummaryDocument, type FeedbackSummaryQuery } from "../generated/graphql.js";

export type FeedbackSummary = FeedbackSummaryQuery["feedbackSummary"];

/** How often the server is asked anew, in milliseconds. */
const ASK_EVERY = 10_000;

/**
 * What people made of the predictions so far, kept up to date while the page is seen.
 * @param modelVersion only those of this version; null for all
 */
export function useFeedbackSummary(modelVersion: Readonly<Ref<string | null>>) {
  const { query } = useOperations();
  const summary = shallowRef<FeedbackSummary | null>(null);
  const loading = ref(false);
  const failure = shallowRef<ApiError | null>(null);
  /** Counts the questions; only the answer to the last one is heard. */
  let question = 0;

  async function load(): Promise<void> {
    question += 1;
    const mine = question;
    loading.value = true;
    try {
      const { feedbackSummary } = await query(FeedbackSummaryDocument, { modelVersion: modelVersion.value });
      if (mine !== question) return;
      summary.value = feedbackSummary;
      failure.value = null;
    } catch (cause) {
      if (mine !== question) return;
      failure.value = toApiError(cause);
    }
    loading.value = false;
  }

  const change = (): void => {
    summary.value = null;
    void load();
  };
  watch(modelVersion, change, { immediate: true });
  const timer = setInterval(() => {
    if (!globalThis.document?.hidden && !loading.value) void load();
  }, ASK_EVERY);
  onScopeDispose(() => {
    clearInterval(timer);
    question += 1;
  });

  return {
    summary: shallowReadonly(summary),
    loading: readonly(loading),
    failure: shallowReadonly(failure),
    load,
  };
}
