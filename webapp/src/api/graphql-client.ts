import {
  ApolloClient,
  HttpLink,
  InMemoryCache,
  type MutationOptions,
  type NormalizedCacheObject,
  type OperationVariables,
  type TypedDocumentNode,
} from "@apollo/client/core/index.js";
import { relayStylePagination } from "@apollo/client/utilities/index.js";
import { useApolloClient } from "@vue/apollo-composable";
import { ApiError, toApiError } from "../api-error.js";
import { t } from "../i18n.js";
import { carrySession } from "./session-link.js";

export type Client = ApolloClient<NormalizedCacheObject>;

/** How long the server may take to answer before a request is given up, in milliseconds. */
const ANSWER_WITHIN = 30_000;

/** @param uri the address of a GraphQL endpoint */
export function createClient(uri: string): Client {
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

function fetchInTime(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const signals = [AbortSignal.timeout(ANSWER_WITHIN), ...(init.signal ? [init.signal] : [])];
  return fetch(input, { ...init, signal: AbortSignal.any(signals) });
}

/** The client of the app. Call it where Vue's `inject` works. */
export function useClient(): Client {
  return useApolloClient<NormalizedCacheObject>().client;
}

/** Under which name the cache has a prediction. */
export function cacheId(client: Client, id: string): string {
  return client.cache.identify({ __typename: "Prediction", id }) ?? "";
}

/** Changes something at the server. @throws ApiError */
export async function mutate<Data, Variables extends OperationVariables>(
  client: Client,
  options: MutationOptions<Data, Variables>,
): Promise<Data> {
  const { data } = await client.mutate(options).catch(rethrow);
  if (!data) throw new ApiError("INTERNAL_SERVER_ERROR", t("errors.noData"));
  return data;
}

/** Asks the server, or what the page knows already. @throws ApiError */
export async function ask<Data, Variables extends OperationVariables>(
  client: Client,
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  fetchPolicy: "network-only" | "no-cache" | "cache-first",
): Promise<Data> {
  const { data } = await client.query({ query, variables, fetchPolicy }).catch(rethrow);
  return data;
}

/** @throws the ApiError of a request that failed */
export function rethrow(cause: unknown): never {
  throw toApiError(cause);
}
