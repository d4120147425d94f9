import { useQuery } from "@vue/apollo-composable";
import { computed, readonly } from "vue";
import { toApiError } from "../api-error.js";
import { RecentPredictionsDocument } from "../generated/graphql.js";
import { useToldPredictions } from "../told-predictions.js";
import { rethrow } from "./graphql-client.js";

/** Predictions in one page of the list. */
const PAGE = 10;

/** The stored predictions, newest first, a page at a time. New ones of this page come in by themselves. */
export function usePredictionList() {
  const told = useToldPredictions();
  const { result, loading, error, fetchMore, refetch } = useQuery(
    RecentPredictionsDocument,
    { first: PAGE },
    // A list that is asked for again must not be given the answer of a request from before.
    { notifyOnNetworkStatusChange: true, context: { queryDeduplication: false } },
  );
  const connection = computed(() => result.value?.predictions);
  const answered = async (request: Promise<unknown> | undefined) => {
    await request?.catch(rethrow);
  };
  return {
    predictions: computed(() => connection.value?.edges.map(({ node }) => told.newest(node)) ?? []),
    loaded: computed(() => connection.value !== undefined),
    loading: readonly(loading),
    error: computed(() => (error.value ? toApiError(error.value) : null)),
    hasMore: computed(() => connection.value?.pageInfo.hasNextPage ?? false),
    /** Adds the next page to `predictions`; rejects with an ApiError. */
    loadMore: () => answered(fetchMore({ variables: { after: connection.value?.pageInfo.endCursor ?? null } })),
    /** Starts again from the newest page; rejects with an ApiError. */
    reload: () => answered(refetch()),
  };
}
