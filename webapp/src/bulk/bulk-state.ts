import type { ApiError } from "../api-error.js";
import type { TableText } from "./text-table.js";

/**
 * How far a file is: chosen and read; sent, or left alone for a while; interrupted by something that needs the person;
 * and over.
 */
export type BulkPhase =
  | "empty"
  | "reading"
  | "ready"
  | "running"
  | "paused"
  | "waiting"
  | "halted"
  | "finished"
  | "stopped";

/** A text without a prediction. */
export interface BulkProblem extends TableText {
  readonly error: string;
}

/** A file of texts on its way through the server. */
export interface BulkState {
  phase: BulkPhase;
  file: { readonly name: string; readonly size: number } | null;
  /** The names of the columns; null in a file with one text a line. */
  columns: readonly string[] | null;
  column: number;
  preview: readonly TableText[];
  /** All texts, those that were predicted, and those that cannot be. */
  total: number;
  predicted: number;
  failed: number;
  /** The first of those without a prediction. */
  problems: readonly BulkProblem[];
  /** Why the file cannot be used, or why it does not go on. */
  failure: ApiError | null;
  /** For how many seconds the server is left alone. */
  waitSeconds: number;
}

export const NOTHING: BulkState = {
  phase: "empty",
  file: null,
  columns: null,
  column: 0,
  preview: [],
  total: 0,
  predicted: 0,
  failed: 0,
  problems: [],
  failure: null,
  waitSeconds: 0,
};

/** Whether texts are still to be sent, now or after a pause. */
export function isUnderWay({ phase }: BulkState): boolean {
  return phase === "running" || phase === "paused" || phase === "waiting" || phase === "halted";
}
