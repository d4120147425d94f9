import { computed, type Ref, readonly, ref, shallowRef } from "vue";
import { type Emotion, type Prediction, useApi } from "../api.js";
import { type ApiError, toApiError } from "../api-error.js";

type Decision = { kind: "approve" } | { kind: "revise"; emotion: Emotion } | { kind: "undo" };

/** A decision that was not saved. */
interface FailedDecision {
  /** The prediction as it stood on display when the person decided. */
  prediction: Prediction;
  decision: Decision;
  error: ApiError;
}

/**
 * What a person says about the prediction on display.
 * @param shown that prediction. Every decision carries the id and version of the object in here at that moment.
 */
export function useFeedback(shown: Readonly<Ref<Prediction | null>>) {
  const api = useApi();
  const saving = ref(false);
  const failed = shallowRef<FailedDecision | null>(null);
  const onDisplay = computed(() => failed.value?.prediction.id === shown.value?.id);

  async function decide(decision: Decision): Promise<void> {
    const prediction = shown.value;
    if (!prediction || saving.value) return;
    saving.value = true;
    failed.value = null;
    try {
      await send(prediction, decision);
    } catch (cause) {
      failed.value = { prediction, decision, error: await explained(toApiError(cause), prediction.id) };
    }
    saving.value = false;
  }

  function send(prediction: Prediction, decision: Decision): Promise<Prediction> {
    if (decision.kind === "undo") return api.undo(prediction);
    // To choose what the model said is to agree with it.
    if (decision.kind === "approve" || decision.emotion === prediction.emotion) return api.approve(prediction);
    return api.revise(prediction, decision.emotion);
  }

  /** After a conflict, brings what is stored now onto the display, so that the next decision is about that. */
  async function explained(error: ApiError, id: string): Promise<ApiError> {
    if (error.code !== "CONFLICT") return error;
    return api.fetchPrediction(id).then(() => error, toApiError);
  }

  return {
    saving: readonly(saving),
    /** The error of the last decision; null once another one was made. */
    failure: computed(() => failed.value?.error ?? null),
    /** The prediction that the failed decision was about, when another one is on display by now. */
    failedElsewhere: computed(() => (failed.value && !onDisplay.value ? failed.value.prediction : null)),
    approve: () => decide({ kind: "approve" }),
    choose: (emotion: Emotion) => decide({ kind: "revise", emotion }),
    undo: () => decide({ kind: "undo" }),
    /** Sends the decision that failed once more, if the prediction that it was about is on display. */
    retry: async () => {
      if (failed.value && onDisplay.value) await decide(failed.value.decision);
    },
  };
}
