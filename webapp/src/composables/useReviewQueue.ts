import { onScopeDispose, type Ref, ref, shallowReadonly, shallowRef, watch } from "vue";
import { useApi } from "../api/useApi.js";
import { type ApiError, toApiError } from "../api-error.js";
import { entryOf } from "../outbox-storage.js";
import type { Prediction } from "../prediction.js";
import { useOutbox } from "./useOutbox.js";

/** Cards that are asked for at once. */
const FETCHED = 40;
/** How few are left when more are fetched: enough for the quickest keys while a slow network brings a hundred. */
const FEW = 40;
/** The most that the server gives. */
const MOST = 100;

/**
 * The cards to come, fetched before they are needed; each comes up once.
 * @param skipped how many cards the person has passed over, which the server gives again
 */
export function useReviewQueue(skipped: Readonly<Ref<number>>) {
  const api = useApi();
  const outbox = useOutbox();
  const queue = shallowRef<readonly Prediction[]>([]);
  const failure = shallowRef<ApiError | null>(null);
  const fetching = ref(false);
  /** The server has nothing that this sitting has not shown. */
  const exhausted = ref(false);
  const shown = new Set<string>();

  /** Comes again from the server before anything new does: what is here, passed over or still on its way there. */
  const known = () => queue.value.length + skipped.value + outbox.pending.value.length;

  async function fetchMore(): Promise<void> {
    if (fetching.value) return;
    fetching.value = true;
    failure.value = null;
    try {
      const first = Math.min(FETCHED + known(), MOST);
      const settled = outbox.pending.value.length === 0;
      const answer = await api.fetchReviewQueue(first);
      const cards = answer.filter(({ id }) => !shown.has(id));
      for (const { id } of cards) shown.add(id);
      queue.value = [...queue.value, ...cards];
      exhausted.value = cards.length === 0 && (answer.length < first || settled);
    } catch (cause) {
      failure.value = toApiError(cause);
    }
    fetching.value = false;
  }

  function refill(): void {
    if (queue.value.length >= FEW || exhausted.value) return;
    // The server would only give what it will soon know to be judged.
    if (outbox.pending.value.length > 0 && known() >= MOST) return;
    void fetchMore();
  }

  /** Takes the first card away. */
  function take(): void {
    queue.value = queue.value.slice(1);
    refill();
  }

  function putBack(card: Prediction): void {
    queue.value = [card, ...queue.value];
  }

  /** Lets cards come up again. */
  function forget(cards: readonly Prediction[]): void {
    for (const { id } of cards) shown.delete(id);
  }

  /** Another tab has taken a decision: its card need not come up here. */
  function passOver(event: StorageEvent): void {
    const entry = entryOf(event);
    if (!entry) return;
    shown.add(entry.predictionId);
    const [current, ...next] = queue.value;
    if (current) queue.value = [current, ...next.filter(({ id }) => id !== entry.predictionId)];
  }

  if (globalThis.window) {
    addEventListener("storage", passOver);
    onScopeDispose(() => removeEventListener("storage", passOver));
  }
  watch(() => outbox.pending.value.length, refill);
  void fetchMore();

  return {
    queue: shallowReadonly(queue),
    failure: shallowReadonly(failure),
    exhausted: shallowReadonly(exhausted),
    fetchMore,
    take,
    putBack,
    forget,
  };
}
