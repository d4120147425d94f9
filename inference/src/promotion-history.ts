import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import { readBounded } from "./bounded-file.js";
import { appendLineDurably } from "./durable-file.js";
import { versionNameSchema } from "./manifest.js";

/** The file of a registry folder that says who let which version serve, and when: a JSON object a line. */
export const HISTORY_FILE = "promotions.jsonl";

const MAX_HISTORY_BYTES = 64 * 2 ** 20;

const entrySchema = z.strictObject({
  at: z.iso.datetime(),
  actor: z.string(),
  action: z.enum(["promote", "rollback"]),
  /** Null when it could not be read which version was to serve. */
  from: versionNameSchema.nullable(),
  to: versionNameSchema,
  /** Whether the version was taken although it had measured worse. */
  forced: z.boolean(),
});

/** One change of the version that serves. */
export type HistoryEntry = z.infer<typeof entrySchema>;

/** What was promoted in a registry folder, oldest first. A line that a crash cut short is left out. */
export async function readHistory(registry: string): Promise<HistoryEntry[]> {
  const file = join(registry, HISTORY_FILE);
  if (!existsSync(file)) return [];
  const lines = (await readBounded(file, MAX_HISTORY_BYTES, dirname(file))).toString("utf8").split("\n");
  return lines.flatMap((line) => {
    const entry = entrySchema.safeParse(jsonOf(line));
    return entry.success ? [entry.data] : [];
  });
}

/** Adds to what was promoted; when this ends, it is on the disk. */
export function appendHistory(registry: string, entry: HistoryEntry): Promise<void> {
  return appendLineDurably(join(registry, HISTORY_FILE), JSON.stringify(entry));
}

/**
 * The version that served before the one that serves now; undefined when the history does not know. A promotion
 * puts a version on a stack and a rollback takes one off, so that each rollback goes one step further back. The
 * history is written before the alias: where they differ at the end, a crash or a person changed one alone.
 */
export function versionBefore(history: readonly HistoryEntry[], current: string | null): string | undefined {
  const last = history.at(-1);
  const unfinished = last !== undefined && last.to !== current && last.from === current;
  const stack: string[] = [];
  for (const { action, from, to } of unfinished ? history.slice(0, -1) : history) {
    if (from !== null && from !== stack.at(-1)) stack.push(from);
    if (action === "rollback") stack.pop();
    if (to !== stack.at(-1)) stack.push(to);
  }
  return stack.at(-1) === current ? stack.at(-2) : stack.at(-1);
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
