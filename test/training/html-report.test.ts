import { describe, expect, test } from "@jest/globals";
import { type Classification, EMOTIONS, type Emotion } from "@sentiloop/inference/contract";
import { reportHtml } from "../../inference/training/html-report.js";
import { evaluateAll } from "../../inference/training/metrics.js";
import { droppedSummary, type TrainingReport } from "../../inference/training/training-report.js";

function answer(emotion: Emotion, confidence: number): Classification {
  const entries = EMOTIONS.map((each) => [each, each === emotion ? confidence : (1 - confidence) / 6]);
  const probabilities = Object.fromEntries(entries) as Record<Emotion, number>;
  return { emotion, probabilities, uncertain: false, uncertaintyReasons: [], truncated: false };
}

function evaluationOf(...confidences: number[]) {
  const rows = confidences.map((_, index) => ({
    text: "any",
    emotion: index % 2 ? ("joy" as const) : ("fear" as const),
  }));
  return evaluateAll(
    rows,
    confidences.map((confidence) => answer("joy", confidence)),
  );
}

const bare: TrainingReport = {
  version: "v1",
  createdAt: "2026-01-02T03:04:05.000Z",
  evaluation: evaluationOf(0.6, 0.8),
  data: [{ file: "/home/someone/test.csv", rows: 2, sha256: "ab".repeat(32) }],
};

const full: TrainingReport = {
  ...bare,
  learningCurve: [1.9, 1.2, 0.9].map((loss, index) => ({ epoch: index + 1, loss, heldOutAccuracy: 0.3 + index / 10 })),
  stages: ["pretraining", "fine-tuning"],
  comparedWith: { version: "v0", evaluation: evaluationOf(0.9, 0.9, 0.4) },
  dropped: droppedSummary([
    { index: 0, testIndex: 0, reason: "same text", similarity: 1 },
    { index: 1, testIndex: 0, reason: "nearly the same", similarity: 0.9 },
    { index: 2, testIndex: 0, reason: "nearly the same", similarity: 0.9 },
  ]),
  worstErrors: [
    { text: `<script>alert("1")</script> & 'more'`, truth: "fear", emotion: "joy", confidence: 0.6, line: 2 },
  ],
  probes: {
    everyday: {
      passed: 1,
      total: 2,
      failures: [{ text: "<b>hm</b>", emotion: "joy", answered: "fear", confidence: 0.7, uncertain: false }],
    },
    typos: { passed: 2, total: 2, failures: [] },
    negations: { passed: 0, total: 2, failures: [] },
    neutral: { passed: 1, total: 2, failures: [] },
  },
};

describe("a report", () => {
  test("needs nothing from elsewhere and runs no script", () => {
    const page = reportHtml(full);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|src=|href=|https?:|\son\w+=/i);
    expect(page).toContain("default-src 'none'");
  });

  test("shows texts as they are, whatever they hold", () => {
    const page = reportHtml(full);
    expect(page).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;more&#39;");
    expect(page).toContain("&lt;b&gt;hm&lt;/b&gt;");
  });

  test("says what it is of, and not in whose folder the data was", () => {
    const page = reportHtml(bare);
    expect(page).toContain("<h1>Emotion model v1</h1>");
    expect(page).toContain("measured with 2 rows");
    expect(page).toContain("ab".repeat(32));
    expect(page).toContain("test.csv");
    expect(page).not.toContain("someone");
  });

  test("leaves out what it was not given", () => {
    const page = reportHtml(bare);
    for (const title of ["while learning", "Worst errors", "Built-in probes", "Stages", "Left out", "(other:"]) {
      expect(page).not.toContain(title);
    }
  });

  test("has a part for everything that it was given", () => {
    const page = reportHtml(full);
    for (const part of [
      "Loss while learning",
      "Worst errors",
      "everyday: 1 not passed",
      "<li>fine-tuning</li>",
      "have the same text: 1; nearly the same: 2.",
      "compared with v0 on the same rows",
      "F1 of the other",
    ]) {
      expect(page).toContain(part);
    }
  });

  test("has no number that is none, also when it went through JSON", () => {
    for (const report of [bare, full, JSON.parse(JSON.stringify(full)) as TrainingReport]) {
      expect(reportHtml(report).replaceAll("nan", "")).not.toMatch(/NaN|undefined|null|Infinity|\[object/);
    }
  });

  test("bears a single row, a single epoch and certainty", () => {
    const evaluation = evaluationOf(1);
    const page = reportHtml({ ...bare, evaluation, learningCurve: [{ epoch: 1, loss: 0, heldOutAccuracy: 1 }] });
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });
});
