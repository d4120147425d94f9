import { computed, type Ref } from "vue";
import { choiceOf } from "../decision.js";
import type { Decision, Emotion, Prediction } from "../prediction.js";
import { useOutbox } from "./useOutbox.js";

/**
 * What a person says about the prediction on display.
 * @param shown that prediction as the server has it. Every decision is about the object in here at that moment.
 */
export function useFeedback(shown: Readonly<Ref<Prediction | null>>) {
  const outbox = useOutbox();

  function decide(decision: Decision): void {
    if (shown.value) outbox.add(shown.value, decision);
  }

  return {
    /** The prediction with the person's decisions, also those that are still on their way. */
    standing: computed(() => shown.value && outbox.withDecisions(shown.value)),
    /** Its decisions are not all acknowledged yet. */
    pending: computed(() => shown.value !== null && outbox.isPending(shown.value.id)),
    approve: () => decide({ action: "APPROVE" }),
    choose: (emotion: Emotion) => shown.value && decide(choiceOf(emotion, shown.value)),
    undo: () => decide({ action: "UNDO" }),
  };
}
