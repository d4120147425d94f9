import { EMOTIONS } from "../../webapp/src/emotion.js";
import type { PredictionFilter } from "../../webapp/src/generated/graphql.js";
import type { Emotion, Prediction, PredictionStatus } from "../../webapp/src/prediction.js";
import type { PredictionServer } from "./prediction-server.js";

/** A day of 2026 for the numbered prediction: twenty are made on each day. */
const dayOf = (number: number) => new Date(Date.UTC(2026, 0, 1 + Math.floor(number / 20), 12)).toISOString();

/** Lets a server list predictions as the contract says: filtered, by cursors that end a page where they like. */
export function listPredictions(server: PredictionServer): void {
  server.resolvers = {
    ...server.resolvers,
    predictions: ({ first, after, filter }: { first: number; after?: string; filter?: PredictionFilter }) => {
      const all = server.predictions.all;
      const start = after ? Number(after) : 0;
      const looked = all.slice(start, start + first);
      const passing = looked.filter((each) => passes(each, filter ?? {}));
      const edges = passing.map((node) => ({ cursor: node.id, node: withVerifiedAt(node) }));
      const end = start + looked.length;
      return { edges, pageInfo: { endCursor: String(end), hasNextPage: end < all.length } };
    },
    prediction: ({ id }: { id: string }) => {
      const found = server.predictions.all.find((each) => each.id === id);
      return found ? { ...withVerifiedAt(found), history: found.history.map(withActor) } : null;
    },
  };
}

/** Stores numbered sentences of which every third is approved and every third revised to the next emotion. */
export function storeJudged(server: PredictionServer, count: number): void {
  const emotions: readonly Emotion[] = ["JOY", "FEAR", "ANGER", "SADNESS", "GUILT", "SHAME", "DISGUST"];
  for (let number = 0; number < count; number += 1) {
    const emotion = emotions[number % 7] ?? "JOY";
    const stored = server.predictions.add(`sentence ${number} with ${emotion.toLowerCase()}`);
    stored.createdAt = dayOf(number);
    const decision = { predictionId: stored.id, expectedVersion: 0 };
    if (number % 3 === 1) server.predictions.approve(decision);
    if (number % 3 === 2) server.predictions.revise({ ...decision, emotion: emotions[(number + 1) % 7] ?? "JOY" });
  }
}

function passes(prediction: Prediction, filter: PredictionFilter): boolean {
  const label = prediction.verifiedEmotion ?? prediction.emotion;
  const oneOf = <Value>(wanted: readonly Value[] | null | undefined, value: Value) => wanted?.includes(value) ?? true;
  return (
    oneOf<PredictionStatus>(filter.status, prediction.status) &&
    oneOf<Emotion>(filter.emotion, label) &&
    (filter.modelVersion ?? prediction.modelVersion) === prediction.modelVersion &&
    prediction.createdAt >= (filter.createdAfter ?? "") &&
    prediction.createdAt < (filter.createdBefore ?? "9999")
  );
}

/** Everything was judged a day after it was predicted. */
function withVerifiedAt(prediction: Prediction) {
  const later = new Date(Date.parse(prediction.createdAt) + 24 * 3600 * 1000).toISOString();
  return { ...prediction, verifiedAt: prediction.status === "PENDING" ? null : later };
}

function withActor(event: Prediction["history"][number]) {
  return { ...event, actor: "local", at: "2026-02-03T04:05:00.000Z" };
}

/** Lets a server count the predictions that it has, as the contract says. */
export function summarizeFeedback(server: PredictionServer): void {
  server.resolvers = {
    ...server.resolvers,
    feedbackSummary: ({ modelVersion }: { modelVersion?: string | null }) => {
      const all = server.predictions.all.filter((each) => !modelVersion || each.modelVersion === modelVersion);
      return summaryOf(all);
    },
  };
}

function summaryOf(all: readonly Prediction[]) {
  const having = (status: PredictionStatus) => all.filter((each) => each.status === status).length;
  const [approved, revised] = [having("APPROVED"), having("REVISED")];
  return {
    total: all.length,
    pending: having("PENDING"),
    approved,
    revised,
    agreement: approved + revised > 0 ? approved / (approved + revised) : null,
    confusion: EMOTIONS.flatMap((predicted) =>
      EMOTIONS.map((verified) => ({
        predicted,
        verified,
        count: all.filter((each) => each.emotion === predicted && each.verifiedEmotion === verified).length,
      })).filter(({ count }) => count > 0),
    ),
    labels: EMOTIONS.map((emotion) => ({
      emotion,
      count: all.filter((each) => (each.verifiedEmotion ?? each.emotion) === emotion).length,
    })),
  };
}
