import { computed, onScopeDispose, readonly, ref, shallowReadonly, shallowRef, watch } from "vue";
import type { Decision } from "../api.js";
import { type Emotion, type Prediction, useApi } from "../api.js";
import { type ApiError, toApiError } from "../api-error.js";
import { choiceOf, decided } from "../decision.js";
import { entryOf } from "../outbox-storage.js";
import { useOutbox } from "./useOutbox.js";

/** Cards that are asked for at once, and how few are left when more are fetched: enough for two quick seconds. */
const FETCHED = 40;
const FEW = 20;
/** The most that the server gives. */
const MOST = 100;

/** What became of a card. */
interface Turn {
  prediction: Prediction;
  /** null where the person passed it over. */
  decision: Decision | null;
  /** How many agreements in a row there were before it. */
  streak: number;
}

/** One sitting of judging: a card at a time, the next ones already there. */
export function useReview() {
  const api = useApi();
  const outbox = useOutbox();
  const queue = shallowRef<readonly Prediction[]>([]);
  const turns = shallowRef<readonly Turn[]>([]);
  const streak = ref(0);
  const waiting = shallowRef<number | null>(null);
  const failure = shallowRef<ApiError | null>(null);
  const fetching = ref(false);
  /** The server has nothing that this sitting has not shown. */
  const exhausted = ref(false);
  const shown = new Set<string>();

  const judged = computed(() => turns.value.filter(({ decision }) => decision !== null));
  const skipped = computed(() => turns.value.filter(({ decision }) => decision === null));
  const agreed = computed(() => judged.value.filter(({ decision }) => decision?.action === "APPROVE").length);

  /** Comes again from the server before anything new does: what is here, passed over or still on its way there. */
  const known = () => queue.value.length + skipped.value.length + outbox.pending.value.length;

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

  /** A card is older than what the server has acknowledged since. */
  const latest = (prediction: Prediction) => api.knownPrediction(prediction.id) ?? prediction;

  function turn(decision: Decision | null): void {
    const prediction = queue.value[0];
    if (!prediction) return;
    if (decision) outbox.add(latest(prediction), decision);
    turns.value = [...turns.value, { prediction, decision, streak: streak.value }];
    if (decision) streak.value = decision.action === "APPROVE" ? streak.value + 1 : 0;
    queue.value = queue.value.slice(1);
    refill();
  }

  /** Brings the last card back, and takes back what the person decided about it. */
  function undo(): void {
    const last = turns.value.at(-1);
    if (!last) return;
    const prediction = latest(last.prediction);
    if (last.decision && decided(outbox.withDecisions(prediction), { action: "UNDO" }))
      outbox.add(prediction, { action: "UNDO" });
    turns.value = turns.value.slice(0, -1);
    streak.value = last.streak;
    queue.value = [prediction, ...queue.value];
  }

  /** Shows the cards again that were passed over, and looks for new ones. */
  async function again(): Promise<void> {
    for (const { prediction } of skipped.value) shown.delete(prediction.id);
    turns.value = judged.value;
    await fetchMore();
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
  // Only a number to look forward to: without it the cards are as good.
  api.fetchPendingCount().then(
    (count) => {
      waiting.value = count;
    },
    () => {},
  );

  return {
    card: computed(() => queue.value[0] ?? null),
    loading: computed(() => queue.value.length === 0 && !exhausted.value && failure.value === null),
    failure: computed(() => (queue.value.length === 0 ? failure.value : null)),
    /** Predictions that nobody had judged when the sitting began; null while that is not known. */
    waiting: shallowReadonly(waiting),
    judged: computed(() => judged.value.length),
    skipped: computed(() => skipped.value.length),
    agreed,
    /** How often in a row the person has agreed with the model. */
    streak: readonly(streak),
    /** What was decided last; null where nothing was. */
    last: computed(() => turns.value.at(-1) ?? null),
    approve: () => turn({ action: "APPROVE" }),
    choose: (emotion: Emotion) => queue.value[0] && turn(choiceOf(emotion, queue.value[0])),
    skip: () => turn(null),
    undo,
    again,
    fetchMore,
  };
}
