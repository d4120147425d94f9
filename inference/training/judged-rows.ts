import type { LabelledText } from "../contract/index.js";
import { normalisedText } from "./dataset-file.js";

/** Rows to learn from, and what was left out. */
export interface JudgedRows {
  rows: LabelledText[];
  /** Rows of an export that nobody has judged: their label is only what a model thought. */
  pending: number;
  /** Rows whose text stands in another row with the same label. */
  duplicates: number;
  /** Rows whose text stands in others, most of which have another label. */
  outvoted: number;
}

/** A label that a person chose against the model's says more than one that a person let pass. */
const WEIGHT = { REVISED: 2, APPROVED: 1, PENDING: 0 } as const;

/**
 * One row a text: rows that nobody judged are left out, and of texts with several labels the one with the most
 * weight is kept (a revision counts as two approvals; among equals the later row).
 */
export function judgedRows(rows: readonly LabelledText[]): JudgedRows {
  const judged = rows.filter(({ status }) => status !== "PENDING");
  const groups = new Map<string, LabelledText[]>();
  for (const row of judged) {
    const text = normalisedText(row.text);
    groups.set(text, [...(groups.get(text) ?? []), row]);
  }
  const kept = [...groups.values()].map(heaviest);
  const outvoted = [...groups.values()].reduce((sum, group, index) => {
    return sum + group.filter(({ emotion }) => emotion !== kept[index]?.emotion).length;
  }, 0);
  const duplicates = judged.length - kept.length - outvoted;
  return { rows: kept, pending: rows.length - judged.length, duplicates, outvoted };
}

/** How often a row is learned from in an epoch. */
export function weightOf({ status }: LabelledText): number {
  return status ? WEIGHT[status] : 1;
}

function heaviest(group: readonly LabelledText[]): LabelledText {
  const votes = new Map<string, number>();
  for (const row of group) votes.set(row.emotion, (votes.get(row.emotion) ?? 0) + weightOf(row));
  const most = Math.max(...votes.values());
  const winners = group.filter(({ emotion }) => votes.get(emotion) === most);
  return (winners.findLast(({ status }) => status === "REVISED") ?? winners.at(-1)) as LabelledText;
}
