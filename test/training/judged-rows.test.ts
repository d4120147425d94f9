import { expect, test } from "@jest/globals";
import type { Emotion, LabelledText } from "@sentiloop/inference/contract";
import { judgedRows, weightOf } from "../../inference/training/judged-rows.js";

function row(text: string, emotion: Emotion, status: LabelledText["status"] = null): LabelledText {
  return { text, emotion, status };
}

test("rows that nobody judged are left out, and counted", () => {
  const { rows, pending } = judgedRows([row("a b", "joy", "PENDING"), row("c d", "fear", "APPROVED")]);
  expect(rows.map(({ text }) => text)).toEqual(["c d"]);
  expect(pending).toBe(1);
});

test("one row a text is kept, however it is written", () => {
  const { rows, duplicates, outvoted } = judgedRows([row("So sad!", "sadness"), row("so  SAD", "sadness")]);
  expect(rows).toHaveLength(1);
  expect({ duplicates, outvoted }).toEqual({ duplicates: 1, outvoted: 0 });
});

test("a revision outvotes an approval, and three approvals outvote a revision", () => {
  const approvals = Array.from({ length: 3 }, () => row("Oh", "joy", "APPROVED"));
  const revision = row("Oh", "shame", "REVISED");
  expect(judgedRows([revision, ...approvals.slice(1, 2)]).rows[0]?.emotion).toBe("shame");
  expect(judgedRows([revision, ...approvals]).rows[0]?.emotion).toBe("joy");
  expect(judgedRows([revision, ...approvals]).outvoted).toBe(1);
});

test("among equals the later one is kept", () => {
  expect(judgedRows([row("Oh", "joy"), row("Oh", "fear")]).rows[0]?.emotion).toBe("fear");
});

test("a revision is learned from twice as often", () => {
  expect([
    weightOf(row("a", "joy", "REVISED")),
    weightOf(row("a", "joy", "APPROVED")),
    weightOf(row("a", "joy")),
  ]).toEqual([2, 1, 1]);
});
