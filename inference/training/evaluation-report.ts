import { EMOTIONS, UNCERTAINTY_REASONS } from "../contract/index.js";
import { percent } from "../src/percent.js";
import type { CoveragePoint } from "./confidence-metrics.js";
import type { Evaluation } from "./metrics.js";
import { PROBE_QUESTIONS, PROBE_SETS, type ProbeResults } from "./probes.js";

/** An evaluation with what it is of. */
export interface ReportedEvaluation {
  version: string;
  evaluation: Evaluation;
  /** Another version, measured with the same rows. */
  comparedWith?: { version: string; evaluation: Evaluation };
  probes?: ProbeResults;
}

/** An evaluation as text for a terminal, ending in a line end. */
export function evaluationReport({ version, evaluation, comparedWith, probes }: ReportedEvaluation): string {
  const sections = [
    `Model ${version} on ${evaluation.testRows} rows`,
    summary(evaluation),
    perEmotion(evaluation),
    `rows: true emotion, columns: classified as\n${confusion(evaluation)}`,
    `when only the most confident rows are answered\n${coverage(evaluation)}`,
    ...(comparedWith ? [comparison(evaluation, comparedWith)] : []),
    ...(probes ? [`built-in probes\n${probeTable(probes)}`] : []),
  ];
  return `${sections.join("\n\n")}\n`;
}

function summary(evaluation: Evaluation): string {
  const { accuracy, accuracyInterval, standardError, uncertainty } = evaluation;
  const [low, high] = accuracyInterval;
  return leftAligned([
    ["accuracy", `${percent(accuracy)} (95 % confidence: ${percent(low)} to ${percent(high)})`],
    ["standard error", percent(standardError)],
    ["macro-F1", percent(evaluation.macroF1)],
    ["expected calibration error", percent(evaluation.expectedCalibrationError)],
    ["… by chance alone", percent(evaluation.calibrationErrorByChance)],
    ["negative log likelihood", evaluation.negativeLogLikelihood.toFixed(3)],
    ["Brier score", evaluation.brierScore.toFixed(3)],
    ["marked as uncertain", percent(uncertainty.share)],
    ...UNCERTAINTY_REASONS.map((reason) => [`  ${reason}`, percent(uncertainty.byReason[reason])]),
  ]);
}

function perEmotion({ perEmotion }: Evaluation): string {
  const rows = perEmotion.map(({ emotion, precision, recall, f1, rows }) => {
    return [
      emotion,
      ...[precision, recall, f1].map((share) => (Number.isNaN(share) ? "–" : share.toFixed(3))),
      String(rows),
    ];
  });
  return table([["", "precision", "recall", "F1", "rows"], ...rows]);
}

function confusion({ confusion }: Evaluation): string {
  const rows = EMOTIONS.map((truth) => [truth, ...EMOTIONS.map((classified) => String(confusion[truth][classified]))]);
  return table([["", ...EMOTIONS], ...rows]);
}

const SHOWN_COVERAGE = [0.25, 0.5, 0.75, 0.9, 1];

function coverage({ coverage }: Evaluation): string {
  const shown = SHOWN_COVERAGE.map((share) => coverage.find((point) => point.coverage >= share - 1e-9));
  const rows = shown.filter((point): point is CoveragePoint => point !== undefined);
  return table([
    ["answered", "rows", "accuracy", "confidence"],
    ...rows.map((point) => [
      `${Math.round(100 * point.coverage)} %`,
      String(point.rows),
      percent(point.accuracy),
      `≥ ${point.confidence.toFixed(2)}`,
    ]),
  ]);
}

function comparison(
  evaluation: Evaluation,
  { version, evaluation: other }: NonNullable<ReportedEvaluation["comparedWith"]>,
): string {
  const rows = COMPARED.map(([name, value]) => [name, percent(value(evaluation)), percent(value(other))]);
  return `compared with ${version} on the same rows\n${table([["", "this", "other"], ...rows])}`;
}

const COMPARED: readonly [string, (evaluation: Evaluation) => number][] = [
  ["accuracy", ({ accuracy }) => accuracy],
  ["macro-F1", ({ macroF1 }) => macroF1],
  ["calibration error", ({ expectedCalibrationError }) => expectedCalibrationError],
];

function probeTable(probes: ProbeResults): string {
  const rows = PROBE_SETS.map((set) => {
    const { passed, total } = probes[set];
    return [set, percent(passed / total), `${passed} of ${total}`, PROBE_QUESTIONS[set]];
  });
  return leftAligned(rows);
}

/** Rows whose first cell is on the left and whose others are on the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = widthsOf(rows);
  return rows
    .map((row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd : cell.padStart).call(cell, widths[column] ?? 0)),
    )
    .map((cells) => cells.join("  ").trimEnd())
    .join("\n");
}

function leftAligned(rows: readonly (readonly string[])[]): string {
  const widths = widthsOf(rows);
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  return (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
}
