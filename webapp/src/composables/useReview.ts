import { computed, readonly, ref, shallowReadonly, shallowRef } from "vue";
import { useApi } from "../api/useApi.js";
import { choiceOf, decided } from "../decision.js";
import type { Decision, Emotion, Prediction } from "../prediction.js";
import { useOutbox } from "./useOutbox.js";
import { useReviewQueue } from "./useReviewQueue.js";

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
  const turns = shallowRef<readonly Turn[]>([]);
  const streak = ref(0);
  const waiting = shallowRef<number | null>(null);
  const judged = computed(() => turns.value.filter(({ decision }) => decision !== null));
  const skipped = computed(() => turns.value.filter(({ decision }) => decision === null));
  const passedOver = computed(() => skipped.value.length);
  const { queue, failure, exhausted, fetchMore, take, putBack, forget } = useReviewQueue(passedOver);
  const agreed = computed(() => judged.value.filter(({ decision }) => decision?.action === "APPROVE").length);

  /** A card is older than what the server has acknowledged since. */
  const latest = (prediction: Prediction) => api.knownPrediction(prediction.id) ?? prediction;

  function turn(decision: Decision | null): void {
    const prediction = queue.value[0];
    if (!prediction) return;
    if (decision) outbox.add(latest(prediction), decision);
    turns.value = [...turns.value, { prediction, decision, streak: streak.value }];
    if (decision) streak.value = decision.action === "APPROVE" ? streak.value + 1 : 0;
    take();
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
    putBack(prediction);
  }

  /** Shows the cards again that were passed over, and looks for new ones. */
  async function again(): Promise<void> {
    forget(skipped.value.map(({ prediction }) => prediction));
    turns.value = judged.value;
    await fetchMore();
  }

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
    skipped: passedOver,
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
