import { computed, readonly, ref, shallowReadonly, shallowRef, watch } from "vue";
import { useApi } from "../api/useApi.js";
import { useStoredPrediction } from "../api/useStoredPrediction.js";
import { ApiError, toApiError } from "../api-error.js";
import { t } from "../i18n.js";
import { nextTask } from "../next-task.js";
import type { Prediction } from "../prediction.js";
import { codePoints, MAX_LENGTH } from "../text-length.js";
import { uniqueId } from "../unique-id.js";
import { useDraft } from "./useDraft.js";

/** A text on its way to the server. Sending it again with its key stores nothing twice. */
interface Attempt {
  text: string;
  idempotencyKey: string;
}

/** The sentence being written, the request that asks for its emotion, and the one prediction on display. */
export function usePrediction() {
  const api = useApi();
  const text = useDraft();
  const submitting = ref(false);
  const failure = shallowRef<ApiError | null>(null);
  const shownId = ref<string | null>(null);
  const shown = useStoredPrediction(shownId);
  const length = computed(() => codePoints(text.value.trim()));
  let failed: Attempt | undefined;
  /** Counts what the person asked to see; an answer is shown only while its question is the latest. */
  let turn = 0;

  const dismissFailure = () => {
    failure.value = null;
  };
  watch(text, dismissFailure, { flush: "sync" });

  /** Asks for the emotion of `text`. After a failure, the same text goes out as the same attempt. */
  async function submit(): Promise<void> {
    if (submitting.value) return;
    failure.value = lengthProblem(length.value);
    if (failure.value) return;
    submitting.value = true;
    shownId.value = null;
    turn += 1;
    await send(failed?.text === text.value ? failed : attemptOf(text.value), turn);
    submitting.value = false;
  }

  async function send(attempt: Attempt, question: number): Promise<void> {
    try {
      const prediction = await api.predict(attempt.text, attempt.idempotencyKey);
      failed = undefined;
      if (question === turn) shownId.value = prediction.id;
      await nextTask();
      if (text.value === attempt.text) text.value = "";
    } catch (cause) {
      failed = attempt;
      failure.value = toApiError(cause);
    }
  }

  /** Shows a prediction that is known already; an answer still on its way will not take its place. */
  function show(prediction: Prediction): void {
    turn += 1;
    shownId.value = prediction.id;
  }

  return { text, length, submitting: readonly(submitting), failure: shallowReadonly(failure), shown, submit, show };
}

function attemptOf(text: string): Attempt {
  return { text, idempotencyKey: uniqueId() };
}

function lengthProblem(length: number): ApiError | null {
  if (length === 0) return new ApiError("EMPTY", t("predict.noSentence"));
  if (length <= MAX_LENGTH) return null;
  return new ApiError("TOO_LONG", t("predict.tooLong", { length, most: MAX_LENGTH }));
}
