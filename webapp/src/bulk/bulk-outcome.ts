import type { PredictManyMutation } from "../generated/graphql.js";
import { rowProblemInWords } from "./bulk-words.js";
import { predictionCells } from "./prediction-cells.js";
import type { TableItem, TableOutcome } from "./text-table.js";

/** What the server says of texts, in their order. */
export type Results = PredictManyMutation["predictMany"];

/** The outcome of a text that is not worth sending; none of any other. */
export function refusedHere({ index, problem }: TableItem): readonly TableOutcome[] {
  return problem ? [{ index, error: rowProblemInWords(problem) }] : [];
}

/** The outcome of a text that was sent. */
export function outcomeOf({ prediction, error }: Results[number], item: TableItem | undefined): TableOutcome {
  const index = item?.index ?? -1;
  return prediction ? { index, cells: predictionCells(prediction) } : { index, error: error ?? "" };
}
