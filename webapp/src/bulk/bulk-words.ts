import { ApiError } from "../api-error.js";
import { fileSize } from "../file-size.js";
import { t } from "../i18n.js";
import { MAX_LENGTH } from "../text-length.js";
import { TextFileError } from "./text-file-error.js";
import type { RowProblem } from "./text-table.js";

/** The largest file in bytes. */
export const LARGEST_FILE = 20_000_000;

/** Why a row is not sent. */
export function rowProblemInWords(problem: RowProblem): string {
  if (problem.code === "CELLS") return t("bulk.cells", { found: problem.found, expected: problem.expected });
  return t("predict.tooLong", { length: problem.length, most: MAX_LENGTH });
}

/** @param size of a file, in bytes */
export function tooLarge(size: number): ApiError {
  const values = { size: fileSize(size), most: fileSize(LARGEST_FILE) };
  return new ApiError("BAD_USER_INPUT", t("bulk.errorTooLarge", values));
}

/** Why a file cannot be used. */
export function unusable(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  if (!(cause instanceof TextFileError)) return new ApiError("BAD_USER_INPUT", t("bulk.errorUNREADABLE"));
  const { problem, line } = cause;
  const message = problem === "NOT_CSV" ? t("bulk.errorNOT_CSV", { line }) : t(`bulk.error${problem}`);
  return new ApiError("BAD_USER_INPUT", message);
}
