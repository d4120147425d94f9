import { type Classification, UNCERTAINTY_REASONS, type UncertaintyReason } from "../contract/index.js";

/** How many texts a model marks as uncertain: shares from 0 to 1. */
export interface Uncertainty {
  /** Of all texts, those marked for any reason. */
  share: number;
  /** Of all texts, those marked for each reason; a text can have several. */
  byReason: Record<UncertaintyReason, number>;
}

/** Counts the texts, of at least one, that a model marks as uncertain. */
export function uncertaintyOf(
  classifications: readonly Pick<Classification, "uncertain" | "uncertaintyReasons">[],
): Uncertainty {
  const share = (marked: (classification: (typeof classifications)[number]) => boolean) => {
    return classifications.filter(marked).length / classifications.length;
  };
  const byReason = UNCERTAINTY_REASONS.map((reason) => [
    reason,
    share(({ uncertaintyReasons }) => uncertaintyReasons.includes(reason)),
  ]);
  return {
    share: share(({ uncertain }) => uncertain),
    byReason: Object.fromEntries(byReason) as Uncertainty["byReason"],
  };
}
