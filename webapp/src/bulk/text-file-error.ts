/** Why a file cannot be used. */
export type TextFileProblem = "NOT_UTF8" | "EMPTY" | "NO_HEADER" | "NOT_CSV";

/** A file that cannot be used. */
export class TextFileError extends Error {
  override name = "TextFileError";

  /** @param line where the CSV is wrong, from 1 */
  constructor(
    readonly problem: TextFileProblem,
    readonly line = 0,
  ) {
    super(problem);
  }
}
