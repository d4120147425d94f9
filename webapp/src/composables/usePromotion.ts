import { readonly, ref, shallowReadonly, shallowRef } from "vue";
import { type ApiError, toApiError } from "../api-error.js";

/**
 * Lets a version serve once the person has confirmed it.
 * @param promote does it; rejects with an ApiError
 */
export function usePromotion(promote: (version: string) => Promise<void>) {
  /** The version that waits for the person's word. */
  const asked = ref<string | null>(null);
  const busy = ref(false);
  const failure = shallowRef<ApiError | null>(null);

  function ask(version: string): void {
    failure.value = null;
    asked.value = version;
  }

  /** What was sent cannot be called back, so the question stays until it is answered. */
  function cancel(): void {
    if (!busy.value) asked.value = null;
  }

  async function confirm(): Promise<void> {
    if (asked.value === null || busy.value) return;
    busy.value = true;
    failure.value = null;
    try {
      await promote(asked.value);
      asked.value = null;
    } catch (cause) {
      failure.value = toApiError(cause);
    }
    busy.value = false;
  }

  return { asked: readonly(asked), busy: readonly(busy), failure: shallowReadonly(failure), ask, cancel, confirm };
}
