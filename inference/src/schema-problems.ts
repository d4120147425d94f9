import type * as z from "zod";

// A list of a million wrong words must not become a message of a million lines.
const MAX_PROBLEMS = 5;

/** What is wrong with a JSON value, by field, in one line. */
export function problemsOf({ issues }: z.ZodError): string {
  const problems = issues
    .slice(0, MAX_PROBLEMS)
    .map(({ path, message }) => `${path.join(".") || "the whole"}: ${message}`);
  const more = issues.length - problems.length;
  return problems.join("; ") + (more > 0 ? `; and ${more} more` : "");
}
