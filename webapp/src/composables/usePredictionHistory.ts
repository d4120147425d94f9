import { onScopeDispose, type Ref, readonly, ref, shallowReadonly, shallowRef, watch } from "vue";
import { useOperations } from "../api/useOperations.js";
import { useStoredPrediction } from "../api/useStoredPrediction.js";
import { type ApiError, toApiError } from "../api-error.js";
import { PredictionHistoryDocument, type PredictionHistoryQuery } from "../generated/graphql.js";
import { nextTask } from "../next-task.js";

/** A prediction with who decided what about it, and when. */
export type PredictionWithHistory = NonNullable<PredictionHistoryQuery["prediction"]>;

/**
 * One prediction with its whole history; asked for again when the page learns of a decision about it.
 * @param id which one; null for none
 */
export function usePredictionHistory(id: Readonly<Ref<string | null>>) {
  const { query, remember } = useOperations();
  const prediction = shallowRef<PredictionWithHistory | null>(null);
  const loading = ref(false);
  const missing = ref(false);
  const failure = shallowRef<ApiError | null>(null);
  const stored = useStoredPrediction(id);
  let question = 0;
  onScopeDispose(() => {
    question += 1;
  });

  async function load(): Promise<void> {
    question += 1;
    const mine = question;
    const wanted = id.value;
    failure.value = null;
    if (wanted === null) return;
    loading.value = true;
    // Whoever asks has just been put on display.
    await nextTask();
    if (mine !== question) return;
    try {
      const answer = await query(PredictionHistoryDocument, { id: wanted });
      if (mine !== question) return;
      prediction.value = answer.prediction;
      missing.value = answer.prediction === null;
      if (answer.prediction) remember(answer.prediction);
    } catch (cause) {
      if (mine !== question) return;
      failure.value = toApiError(cause);
    }
    loading.value = false;
  }

  const open = (): Promise<void> => {
    prediction.value = null;
    missing.value = false;
    return load();
  };
  watch(id, open, { immediate: true });
  watch(stored, (now) => {
    if (now && prediction.value && now.version > prediction.value.version) void load();
  });

  return {
    prediction: shallowReadonly(prediction),
    loading: readonly(loading),
    /** There is no prediction with this id. */
    missing: readonly(missing),
    failure: shallowReadonly(failure),
    load,
  };
}
