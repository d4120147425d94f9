import {
  type ApolloCache,
  ApolloClient,
  type ApolloLink,
  from,
  fromPromise,
  HttpLink,
  InMemoryCache,
  type MutationOptions,
  type NormalizedCacheObject,
  type Operation,
  type OperationVariables,
  type Reference,
  type TypedDocumentNode,
} from "@apollo/client/core/index.js";
import { setContext } from "@apollo/client/link/context/index.js";
import { type ErrorResponse, onError } from "@apollo/client/link/error/index.js";
import { relayStylePagination } from "@apollo/client/utilities/index.js";
import { DefaultApolloClient, useApolloClient, useQuery } from "@vue/apollo-composable";
import { computed, type Plugin, type Ref, readonly, shallowRef, watch } from "vue";
import { ApiError, toApiError } from "./api-error.js";
import {
  ApproveDocument,
  type Emotion,
  ExplanationDocument,
  type ExplanationQuery,
  PendingCountDocument,
  PredictDocument,
  PredictionDocument,
  type PredictMutationVariables,
  RecentPredictionsDocument,
  ReviewQueueDocument,
  ReviseDocument,
  type ShownPredictionFragment,
  ShownPredictionFragmentDoc,
  UndoDocument,
} from "./generated/graphql.js";
import { t } from "./i18n.js";
import { nextTask } from "./next-task.js";
import { askToSignIn, signIns } from "./session.js";
import { sessionOwner } from "./session-owner.js";
import { canRenew, keyToCarry, renew } from "./session-renewal.js";
import { TOLD_PREDICTIONS, ToldPredictions, useToldPredictions } from "./told-predictions.js";

/** What a person says of a prediction. */
export type Decision =
  | { readonly action: "APPROVE" }
  | { readonly action: "REVISE"; readonly emotion: Emotion }
  | { readonly action: "UNDO" };

export type { Emotion, PredictionStatus, UncertaintyReason } from "./generated/graphql.js";
/** A prediction as the page shows it. Nothing changes it: a later state of it is another object with the same id. */
export type Prediction = ShownPredictionFragment;
export type Explanation = NonNullable<ExplanationQuery["prediction"]>["explanation"];

/** The list of recent predictions as the cache has it. */
interface StoredList {
  readonly edges: readonly { readonly node: Reference }[];
}

type Client = ApolloClient<NormalizedCacheObject>;

/** How long the server may take to answer before a request is given up, in milliseconds. */
const ANSWER_WITHIN = 30_000;
/** Predictions in one page of the list of recent ones. */
const PAGE = 10;

/**
 * Connects the composables of an app with a server.
 * @param uri the address of its GraphQL endpoint
 */
export function connectApi(uri: string): Plugin {
  return {
    install: (app) => {
      const client = createClient(uri);
      app.provide(DefaultApolloClient, client);
      app.provide(TOLD_PREDICTIONS, new ToldPredictions());
      const askAgain = () => void client.refetchQueries({ include: "active" });
      // Whoever signs in sees what the server did not tell before.
      app.onUnmount(watch(signIns, askAgain));
    },
  };
}

function createClient(uri: string): Client {
  const cache = new InMemoryCache({
    typePolicies: {
      Query: { fields: { predictions: relayStylePagination(["filter"]), reviewQueue: { merge: false } } },
      Prediction: {
        fields: { history: { merge: false }, probabilities: { merge: false }, explanation: { merge: false } },
      },
    },
  });
  return new ApolloClient({ link: carrySession().concat(new HttpLink({ uri, fetch: fetchInTime })), cache });
}

/**
 * Requests carry what whoever is signed in is known by. What the server refuses for it is sent once more with newer
 * tokens, where there are any; else the person is asked to sign in.
 */
function carrySession(): ApolloLink {
  const ask = onError((failed) => {
    if (wasNotKnown(failed)) askToSignIn(keyOf(failed.operation));
  });
  const tryAgain = onError((failed) => {
    const key = keyOf(failed.operation);
    if (key === null || !wasNotKnown(failed) || !canRenew(key) || isOfAnother(ownerOf(failed.operation)))
      return undefined;
    return fromPromise(renew(key)).flatMap(() => failed.forward(failed.operation));
  });
  const carry = setContext(async () => {
    const owner = sessionOwner.value;
    const key = await keyToCarry();
    // Tokens may take long to come, and somebody else may have signed in meanwhile.
    if (isOfAnother(owner)) throw new ApiError("UNAUTHENTICATED", t("errors.unknownSender"));
    return { key, owner, headers: key === null ? {} : { authorization: `Bearer ${key}` } };
  });
  return from([ask, tryAgain, carry]);
}

function wasNotKnown({ graphQLErrors = [], networkError = null }: ErrorResponse): boolean {
  return toApiError({ graphQLErrors, networkError }).code === "UNAUTHENTICATED";
}

/** What one person began must not go out under the name of another. @param owner who was signed in when it began */
function isOfAnother(owner: string | null): boolean {
  return owner !== null && owner !== sessionOwner.value;
}

function ownerOf(operation: Operation): string | null {
  return operation.getContext().owner;
}

function keyOf(operation: Operation): string | null {
  return operation.getContext().key;
}

function fetchInTime(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const signals = [AbortSignal.timeout(ANSWER_WITHIN), ...(init.signal ? [init.signal] : [])];
  return fetch(input, { ...init, signal: AbortSignal.any(signals) });
}

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
  const { client } = useApolloClient<NormalizedCacheObject>();
  const told = useToldPredictions();
  return {
    predict: (text, idempotencyKey) => predict(client, { text, idempotencyKey }),
    decide: async (predictionId, decision, expectedVersion) =>
      told.tell(await decide(client, decision, { predictionId, expectedVersion })),
    fetchPrediction: async (id) => {
      const { prediction } = await ask(client, PredictionDocument, { id }, "network-only");
      return prediction && told.tell(prediction);
    },
    knownPrediction: (id) => client.readFragment({ fragment: ShownPredictionFragmentDoc, id: cacheId(client, id) }),
    fetchReviewQueue: async (first) => (await ask(client, ReviewQueueDocument, { first }, "network-only")).reviewQueue,
    fetchPendingCount: async () => (await ask(client, PendingCountDocument, {}, "no-cache")).feedbackSummary.pending,
    explain: async (id) =>
      (await ask(client, ExplanationDocument, { id }, "cache-first")).prediction?.explanation ?? [],
  };
}

/**
 * A prediction as the page's normalised cache knows it, kept up to date by every answer that mentions it.
 * @param id which one; null for none
 */
export function useStoredPrediction(id: Readonly<Ref<string | null>>): Readonly<Ref<Prediction | null>> {
  const { client } = useApolloClient<NormalizedCacheObject>();
  const stored = shallowRef<Prediction | null>(null);
  const fragment = ShownPredictionFragmentDoc;
  const follow = (wanted: string | null, _before: unknown, onCleanup: (stop: () => void) => void) => {
    stored.value = null;
    if (wanted === null) return;
    const from = cacheId(client, wanted);
    // The subscription tells the first state only after this turn of the event loop.
    stored.value = client.readFragment({ fragment, id: from });
    const subscription = client.watchFragment({ fragment, from }).subscribe(({ data, complete }) => {
      if (complete) stored.value = data;
    });
    onCleanup(() => subscription.unsubscribe());
  };
  watch(id, follow, { immediate: true, flush: "sync" });
  return stored;
}

function cacheId(client: Client, id: string): string {
  return client.cache.identify({ __typename: "Prediction", id }) ?? "";
}

/** The stored predictions, newest first, a page at a time. New ones of this page come in by themselves. */
export function usePredictionList() {
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
    predictions: computed(() => connection.value?.edges.map(({ node }) => node) ?? []),
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

/** Documents that the server executes anew each time; what fails rejects with an ApiError. */
export interface Operations {
  query<Data, Variables extends OperationVariables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data>;
  mutate<Data, Variables extends OperationVariables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data>;
  /** Brings the page up to date with a prediction that the server just told. */
  remember(prediction: Prediction): void;
  /** Lets older states of predictions that the server just told be asked for anew. */
  forgetOlder(predictions: readonly Pick<Prediction, "id" | "version">[]): void;
  /** Lets lists that are opened from now on ask the server anew, because it stored predictions of which they know nothing. */
  forgetLists(): void;
}

/** What a page that is rarely opened asks the server, in documents of its own. Call it where Vue's `inject` works. */
export function useOperations(): Operations {
  const { client } = useApolloClient<NormalizedCacheObject>();
  const told = useToldPredictions();
  return {
    query: (document, variables) => ask(client, document, variables, "no-cache"),
    mutate: (mutation, variables) => mutate(client, { mutation, variables, fetchPolicy: "no-cache" }),
    remember: (data) => {
      client.cache.writeFragment({ fragment: ShownPredictionFragmentDoc, id: cacheId(client, data.id), data });
      told.tell(data);
    },
    forgetOlder: (predictions) => forgetOlder(client, predictions),
    forgetLists: () => void client.cache.evict({ id: "ROOT_QUERY", fieldName: "predictions" }),
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

function forgetOlder(client: Client, predictions: readonly Pick<Prediction, "id" | "version">[]): void {
  const known = client.extract();
  for (const { id, version } of predictions) {
    const entity = cacheId(client, id);
    const knownVersion = known[entity]?.version;
    // Without the whole prediction, lists would be complete without it.
    if (typeof knownVersion === "number" && knownVersion < version)
      client.cache.evict({ id: entity, fieldName: "version" });
  }
}

/** Puts a prediction that the cache knows at the top of the list in there; says whether there is a list. */
function listFirst(cache: ApolloCache<unknown>, { id }: Prediction): boolean {
  let there = false;
  cache.modify<{ predictions: StoredList }>({
    fields: {
      predictions: (list, { toReference, readField, isReference }) => {
        if (isReference(list)) return list;
        there = true;
        if (list.edges.some(({ node }) => readField("id", node) === id)) return list;
        const node = toReference({ __typename: "Prediction", id });
        return node ? { ...list, edges: [{ __typename: "PredictionEdge", cursor: "", node }, ...list.edges] } : list;
      },
    },
  });
  return there;
}

async function mutate<Data, Variables extends OperationVariables>(
  client: Client,
  options: MutationOptions<Data, Variables>,
): Promise<Data> {
  const { data } = await client.mutate(options).catch(rethrow);
  if (!data) throw new ApiError("INTERNAL_SERVER_ERROR", t("errors.noData"));
  return data;
}

async function ask<Data, Variables extends OperationVariables>(
  client: Client,
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  fetchPolicy: "network-only" | "no-cache" | "cache-first",
): Promise<Data> {
  const { data } = await client.query({ query, variables, fetchPolicy }).catch(rethrow);
  return data;
}

function rethrow(cause: unknown): never {
  throw toApiError(cause);
}
