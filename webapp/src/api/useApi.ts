import {
  ApproveDocument,
  ExplanationDocument,
  PendingCountDocument,
  PredictDocument,
  PredictionDocument,
  type PredictMutationVariables,
  ReviewQueueDocument,
  ReviseDocument,
  ShownPredictionFragmentDoc,
  UndoDocument,
} from "../generated/graphql.js";
import { nextTask } from "../next-task.js";
import type { Decision, Explanation, Prediction } from "../prediction.js";
import { useToldPredictions } from "../told-predictions.js";
import { ask, type Client, cacheId, mutate, useClient } from "./graphql-client.js";
import { listFirst } from "./recent-list.js";

/** The operations of the server that the page uses. Each rejects with an ApiError. */
export interface Api {
  /** @param idempotencyKey the same key with the same text stores one prediction, however often it is sent */
  predict(text: string, idempotencyKey: string): Promise<Prediction>;
  /**
   * @param expectedVersion the version of the prediction that the person saw
   * @returns the prediction as it is recorded now
   */
  decide(predictionId: string, decision: Decision, expectedVersion: number): Promise<Prediction>;
  /** Asks the server, never the cache, for what is stored now; null when there is no such prediction. */
  fetchPrediction(id: string): Promise<Prediction | null>;
  /** What the page knows of a prediction without asking the server. */
  knownPrediction(id: string): Prediction | null;
  /** Predictions that nobody has judged, in the order in which judging them helps most. @param first at most 100 */
  fetchReviewQueue(first: number): Promise<Prediction[]>;
  /** How many predictions nobody has judged. */
  fetchPendingCount(): Promise<number>;
  /** What in the text of a prediction speaks for its emotion, in the order of the text. */
  explain(id: string): Promise<Explanation>;
}

/** The operations of the server that the app is connected with. Call it where Vue's `inject` works. */
export function useApi(): Api {
  const client = useClient();
  const told = useToldPredictions();
  return {
    predict: (text, idempotencyKey) => predict(client, { text, idempotencyKey }),
    decide: async (predictionId, decision, expectedVersion) =>
      told.tell(await decide(client, decision, { predictionId, expectedVersion })),
    fetchPrediction: async (id) => {
      const { prediction } = await ask(client, PredictionDocument, { id }, "network-only");
      return prediction && told.tell(prediction);
    },
    knownPrediction: (id) => {
      const known = client.readFragment({ fragment: ShownPredictionFragmentDoc, id: cacheId(client, id) });
      return known && told.newest(known);
    },
    fetchReviewQueue: async (first) => (await ask(client, ReviewQueueDocument, { first }, "network-only")).reviewQueue,
    fetchPendingCount: async () => (await ask(client, PendingCountDocument, {}, "no-cache")).feedbackSummary.pending,
    explain: async (id) =>
      (await ask(client, ExplanationDocument, { id }, "cache-first")).prediction?.explanation ?? [],
  };
}

/** What the answer brings about takes several tasks: to write it down, to show it, to list it. */
async function predict(client: Client, variables: PredictMutationVariables): Promise<Prediction> {
  const { predict: prediction } = await mutate(client, { mutation: PredictDocument, variables });
  await nextTask();
  void nextTask().then(() => {
    // A list that has not come yet, or could not be loaded, might be answered from before this prediction.
    if (!listFirst(client.cache, prediction)) client.refetchQueries({ include: "active" });
  });
  return prediction;
}

async function decide(
  client: Client,
  decision: Decision,
  variables: { predictionId: string; expectedVersion: number },
): Promise<Prediction> {
  if (decision.action === "APPROVE") return (await mutate(client, { mutation: ApproveDocument, variables })).approve;
  if (decision.action === "UNDO") return (await mutate(client, { mutation: UndoDocument, variables })).undo;
  const { emotion } = decision;
  return (await mutate(client, { mutation: ReviseDocument, variables: { ...variables, emotion } })).revise;
}
