/**
 * Goes through what nobody has judged, and all predictions page by page, with Apollo Client 3:
 *
 *     npx tsx api/examples/typescript/apollo-client.ts
 *
 * SENTILOOP_URL is the server's address (http://127.0.0.1:4000 without it), SENTILOOP_KEY an API key where one is needed.
 */
import { ApolloClient, ApolloError, HttpLink, InMemoryCache } from "@apollo/client/core/index.js";
import { graphql } from "./generated/gql.js";

const URL = process.env.SENTILOOP_URL ?? "http://127.0.0.1:4000";
const KEY = process.env.SENTILOOP_KEY;
const PAGE = 100;

const QUEUE = graphql(`
  query Queue {
    reviewQueue(first: 5) { id text emotion confidence version }
  }
`);

const REVISE = graphql(`
  mutation ReviseSeen($id: ID!, $emotion: Emotion!, $version: Int!) {
    revise(predictionId: $id, emotion: $emotion, expectedVersion: $version) { id status verifiedEmotion version }
  }
`);

const PAGE_OF_PREDICTIONS = graphql(`
  query PageOfPredictions($first: Int!, $after: String) {
    predictions(first: $first, after: $after) {
      edges { node { id status } }
      pageInfo { endCursor hasNextPage }
    }
  }
`);

const client = new ApolloClient({
  link: new HttpLink({ uri: `${URL}/graphql`, headers: { ...(KEY && { authorization: `Bearer ${KEY}` }) } }),
  // Predictions have an id of their own, so a decision changes them wherever they are shown.
  cache: new InMemoryCache(),
});

const { data } = await client.query({ query: QUEUE });
for (const { id, text, emotion, confidence, version } of data.reviewQueue) {
  console.log(`${emotion} ${Math.round(100 * confidence)}%: ${text}`);
  try {
    const decided = await client.mutate({ mutation: REVISE, variables: { id, emotion: "SADNESS", version } });
    console.log(`now ${decided.data?.revise.verifiedEmotion}, version ${decided.data?.revise.version}`);
  } catch (error) {
    if (!(error instanceof ApolloError) || error.graphQLErrors[0]?.extensions?.code !== "CONFLICT") throw error;
    console.log("somebody else decided meanwhile; look again");
  }
}

let count = 0;
let after: string | null = null;
do {
  const page: {
    data: { predictions: { edges: unknown[]; pageInfo: { endCursor?: string | null; hasNextPage: boolean } } };
  } = await client.query({ query: PAGE_OF_PREDICTIONS, variables: { first: PAGE, after }, fetchPolicy: "no-cache" });
  const { edges, pageInfo } = page.data.predictions;
  count += edges.length;
  after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
} while (after !== null);
console.log(`${count} predictions`);
