import type { LocationQuery, LocationQueryRaw } from "vue-router";
import { EMOTIONS } from "./emotion.js";
import type { Emotion, PredictionFilter, PredictionStatus } from "./generated/graphql.js";

export const STATUSES: readonly PredictionStatus[] = ["PENDING", "APPROVED", "REVISED"];

/** Which predictions a person wants to see. An empty list and a null let everything pass. */
export interface PredictionChoice {
  readonly status: readonly PredictionStatus[];
  readonly emotion: readonly Emotion[];
  readonly modelVersion: string | null;
  /** The first and the last day, both included, in the person's time zone: "2026-11-25". */
  readonly from: string | null;
  readonly to: string | null;
}

/** A choice that lets everything pass. */
export const EVERYTHING: PredictionChoice = { status: [], emotion: [], modelVersion: null, from: null, to: null };

/** The choice that an address names; what it names wrongly is as if it were not there. */
export function choiceFromQuery(query: LocationQuery): PredictionChoice {
  const named = (name: string) => oneOf(query[name])?.toUpperCase().split(",") ?? [];
  return {
    status: STATUSES.filter((each) => named("status").includes(each)),
    emotion: EMOTIONS.filter((each) => named("emotion").includes(each)),
    modelVersion: oneOf(query.model) || null,
    from: dayIn(oneOf(query.from)),
    to: dayIn(oneOf(query.to)),
  };
}

/** A choice as it stands in an address; what lets everything pass is not in it. */
export function queryFromChoice({ status, emotion, modelVersion, from, to }: PredictionChoice): LocationQueryRaw {
  const list = (names: readonly string[]) => names.join(",").toLowerCase() || undefined;
  return {
    status: list(status),
    emotion: list(emotion),
    model: modelVersion ?? undefined,
    from: from ?? undefined,
    to: to ?? undefined,
  };
}

/** A choice as the server takes it; null where everything passes. */
export function filterFromChoice(choice: PredictionChoice): PredictionFilter | null {
  const { status, emotion, modelVersion } = choice;
  const { after, before } = timesOfChoice(choice);
  const filter: PredictionFilter = {
    ...(status.length > 0 && { status: [...status] }),
    ...(emotion.length > 0 && { emotion: [...emotion] }),
    ...(modelVersion !== null && { modelVersion }),
    ...(after !== null && { createdAfter: after }),
    ...(before !== null && { createdBefore: before }),
  };
  return Object.keys(filter).length > 0 ? filter : null;
}

/** When the chosen days begin (included) and end (excluded), in ISO 8601; null where nothing is chosen. */
export function timesOfChoice({ from, to }: PredictionChoice): { after: string | null; before: string | null } {
  return { after: from && startOfDay(from, 0), before: to && startOfDay(to, 1) };
}

function oneOf(value: LocationQuery[string] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

function dayIn(given: string | null): string | null {
  return given !== null && /^\d{4}-\d{2}-\d{2}$/.test(given) && !Number.isNaN(Date.parse(given)) ? given : null;
}

/** @param later how many days after that one */
function startOfDay(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
