import { EMOTIONS } from "../contract/index.js";
import type { Evaluation } from "./metrics.js";
import { percent } from "./percent.js";

/** An evaluation with what it is of. */
export interface ReportedEvaluation extends Evaluation {
  version: string;
  /** The share of texts that the model marks as uncertain. */
  uncertain: number;
}

/** An evaluation as text for a terminal, ending in a line end. */
export function evaluationReport(result: ReportedEvaluation): string {
  const [low, high] = result.accuracyInterval;
  return `Model ${result.version} on ${result.testRows} rows

accuracy                    ${percent(result.accuracy)} (95 % confidence: ${percent(low)} to ${percent(high)})
macro-F1                    ${percent(result.macroF1)}
expected calibration error  ${percent(result.expectedCalibrationError)}
marked as uncertain         ${percent(result.uncertain)}

${perEmotion(result)}

rows: true emotion, columns: classified as
${confusion(result)}
`;
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

function table(rows: string[][]): string {
  return rows
    .map(([head = "", ...cells]) => head.padEnd(8) + cells.map((cell) => cell.padStart(10)).join(""))
    .join("\n");
}
