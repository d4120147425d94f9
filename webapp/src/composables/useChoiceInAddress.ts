import { type ComputedRef, computed } from "vue";
import { useRoute, useRouter } from "vue-router";
import { choiceFromQuery, type PredictionChoice, queryFromChoice } from "../prediction-choice.js";

/** A choice of predictions that lives in the page's address: it survives a reload and can be sent to somebody. */
export function useChoiceInAddress(): {
  choice: ComputedRef<PredictionChoice>;
  choose(choice: PredictionChoice): void;
} {
  const route = useRoute();
  const router = useRouter();
  // The address changes for other reasons too; a choice that says the same stays the same object.
  const choice = computed<PredictionChoice>((before) => {
    const now = choiceFromQuery(route.query);
    return before && JSON.stringify(before) === JSON.stringify(now) ? before : now;
  });
  return {
    choice,
    // Going back leads to another page, not through every filter that was tried.
    choose: (chosen) => void router.replace({ query: { ...route.query, ...queryFromChoice(chosen) } }),
  };
}
