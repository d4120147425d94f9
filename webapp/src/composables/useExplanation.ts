import { type Ref, readonly, ref, shallowReadonly, shallowRef, watch } from "vue";
import { useApi } from "../api/useApi.js";
import { type ApiError, toApiError } from "../api-error.js";
import type { Explanation, Prediction } from "../prediction.js";

/**
 * Why the model answers as it does: asked for whenever another prediction comes on display.
 * @param after milliseconds that the prediction must stay, because explaining costs the network much work
 */
export function useExplanation(shown: Readonly<Ref<Prediction | null>>, after = 0) {
  const api = useApi();
  const explanation = shallowRef<Explanation | null>(null);
  const failure = shallowRef<ApiError | null>(null);
  const loading = ref(false);

  async function load(id: string | undefined): Promise<void> {
    explanation.value = null;
    failure.value = null;
    if (id === undefined) return;
    loading.value = true;
    const isShown = () => shown.value?.id === id;
    // Also where that is none: to show the prediction is one task, to ask for more about it another.
    await new Promise((resolve) => setTimeout(resolve, after));
    if (!isShown()) return;
    try {
      const answer = await api.explain(id);
      if (isShown()) explanation.value = answer;
    } catch (cause) {
      if (isShown()) failure.value = toApiError(cause);
    }
    if (isShown()) loading.value = false;
  }

  watch(() => shown.value?.id, load, { immediate: true });
  return {
    explanation: shallowReadonly(explanation),
    failure: shallowReadonly(failure),
    loading: readonly(loading),
    retry: () => load(shown.value?.id),
  };
}
