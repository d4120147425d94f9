import { computed, onScopeDispose, type Ref, readonly, ref, shallowReadonly, shallowRef, watch } from "vue";
import { useOperations } from "../api/useOperations.js";
import { type ApiError, toApiError } from "../api-error.js";
import type { JudgedPrediction } from "../feedback-measures.js";
import { JudgedSampleDocument } from "../generated/graphql.js";

const PAGE = 100;
/** Judged predictions that are read in one go. */
const SAMPLE = 500;

/**
 * The latest judged predictions, some hundreds at a time: the server counts decisions, but neither by confidence
 * nor by day.
 * @param modelVersion only those of this version; null for all
 */
export function useJudgedSample(modelVersion: Readonly<Ref<string | null>>) {
  const { query } = useOperations();
  const judged = shallowRef<readonly JudgedPrediction[]>([]);
  const reading = ref(false);
  const failure = shallowRef<ApiError | null>(null);
  /** Where to go on; null at the end, undefined at the beginning. */
  const next = ref<string | null>();
  let sample = 0;
  onScopeDispose(() => {
    sample += 1;
  });

  async function more(): Promise<void> {
    if (reading.value || next.value === null) return;
    const mine = sample;
    const wanted = judged.value.length + SAMPLE;
    reading.value = true;
    failure.value = null;
    try {
      while (judged.value.length < wanted && next.value !== null) {
        const { edges, pageInfo } = (await query(JudgedSampleDocument, variables())).predictions;
        if (mine !== sample) return;
        judged.value = [...judged.value, ...edges.map(({ node }) => node)];
        next.value = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
      }
    } catch (cause) {
      if (mine !== sample) return;
      failure.value = toApiError(cause);
    }
    reading.value = false;
  }

  const variables = () => ({
    first: PAGE,
    after: next.value ?? null,
    filter: { status: ["APPROVED" as const, "REVISED" as const], modelVersion: modelVersion.value },
  });

  const restart = (): void => {
    sample += 1;
    judged.value = [];
    next.value = undefined;
    reading.value = false;
    void more();
  };
  watch(modelVersion, restart, { immediate: true });

  return {
    judged: shallowReadonly(judged),
    reading: readonly(reading),
    failure: shallowReadonly(failure),
    hasMore: computed(() => next.value !== null),
    more,
  };
}
