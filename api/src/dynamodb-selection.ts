import { encodeTime } from "ulid";
import type { PredictionSelection } from "./prediction-store.js";

/** The parts of a DynamoDB request that narrow it to a selection; absent when nothing is narrowed. */
export interface FilterExpression {
  FilterExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, string>;
}

/** A selection, but for its creation times, as a filter over the attributes of an item. */
export function filterExpression(selection: PredictionSelection): FilterExpression {
  const values: Record<string, string> = {};
  const names: Record<string, string> = {};
  const put = (attribute: string, value: string): string => {
    const placeholder = `:f${Object.keys(values).length}`;
    names[`#${attribute}`] = attribute;
    values[placeholder] = value;
    return placeholder;
  };
  const oneOf = (attribute: string, allowed: readonly string[] | undefined) =>
    allowed && `#${attribute} IN (${allowed.map((value) => put(attribute, value)).join(", ")})`;
  const compared = (attribute: string, operator: string, value: string | undefined) =>
    value !== undefined && `#${attribute} ${operator} ${put(attribute, value)}`;
  const conditions = [
    oneOf("status", selection.status),
    oneOf("label", selection.label),
    compared("modelVersion", "=", selection.modelVersion),
    compared("verifiedAt", ">=", selection.verifiedAfter?.toISOString()),
    compared("verifiedAt", "<", selection.verifiedBefore?.toISOString()),
  ].filter(Boolean);
  if (conditions.length === 0) return {};
  return {
    FilterExpression: conditions.join(" AND "),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

/** Whether nothing can be in a selection, which DynamoDB's IN () could not say. */
export function selectsNothing(selection: PredictionSelection): boolean {
  return selection.status?.length === 0 || selection.label?.length === 0;
}

const LOWEST_RANDOMNESS = "0".repeat(16);
/** Sort before and behind every ULID; DynamoDB takes no empty key. */
const BEFORE_ALL = "0";
const BEHIND_ALL = "~";

/**
 * The ids from `from` (inclusive) to `to` (exclusive) that hold a page's predictions. A ULID begins with its
 * time in milliseconds, so creation times are a range of ids.
 */
export function idRange(selection: PredictionSelection, after: string | undefined): { from: string; to: string } {
  const from = selection.createdAfter ? firstIdAt(selection.createdAfter) : BEFORE_ALL;
  const before = selection.createdBefore ? firstIdAt(selection.createdBefore) : BEHIND_ALL;
  return { from, to: after !== undefined && after < before ? after : before };
}

function firstIdAt(time: Date): string {
  return encodeTime(Math.max(0, time.getTime()), 10) + LOWEST_RANDOMNESS;
}
