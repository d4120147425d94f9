import type { LabelledComparison } from "./labelled-comparison.js";
import type { Manifest } from "./manifest.js";
import { percent } from "./percent.js";
import type { ListedVersion, RefusedFolder } from "./registry.js";
import { table } from "./table.js";
import { comparability } from "./version-comparison.js";

const NONE = "–";
const SHORT_HASH = 12;

/** The versions of a registry, for a terminal. */
export function listReport(versions: readonly ListedVersion[], refused: readonly RefusedFolder[], serving?: string) {
  const head = ["version", "serves", "created", "trained on", "accuracy", "macro-F1", "ECE", "test rows", "test file"];
  const rows = versions.map(({ manifest }) => [
    manifest.version,
    manifest.version === serving ? "yes" : "",
    manifest.createdAt.slice(0, 10),
    String(manifest.trainedOnRows),
    percent(manifest.metrics.accuracy),
    percent(manifest.metrics.macroF1),
    percent(manifest.metrics.expectedCalibrationError),
    String(manifest.metrics.testRows),
    manifest.testSha256?.slice(0, SHORT_HASH) ?? "held out",
  ]);
  return table([head, ...rows]) + refused.map(({ reason }) => `Left out: ${reason}\n`).join("");
}

/** A version in full, for a terminal. */
export function showReport({ folder, manifest }: ListedVersion, serves: boolean): string {
  const { metrics, thresholds, training } = manifest;
  return table([
    ["version", manifest.version],
    ["serves", serves ? "yes" : "no"],
    ["folder", folder],
    ["created", manifest.createdAt],
    ["parameters", String(manifest.parameters)],
    ["accuracy", percent(metrics.accuracy)],
    ["macro-F1", percent(metrics.macroF1)],
    ["expected calibration error", percent(metrics.expectedCalibrationError)],
    ["test rows", String(metrics.testRows)],
    ["test file's SHA-256", manifest.testSha256 ?? "none: the rows were held out of the training files"],
    ["trained on rows", String(manifest.trainedOnRows)],
    ["training files' SHA-256", manifest.datasetSha256],
    ["recipe", `${training.recipe}, seed ${training.seed}, ${training.epochs} epochs, ${training.backend}`],
    ["went on from", training.parent ?? NONE],
    ["temperature", manifest.temperature.toFixed(3)],
    ["low confidence under", percent(thresholds.lowConfidence)],
    ["neutral from", thresholds.neutral === null ? "not told" : percent(thresholds.neutral)],
  ]);
}

/** Two versions side by side, for a terminal. */
export function comparisonReport(a: Manifest, b: Manifest, data?: LabelledComparison): string {
  const share = (name: string, of: ({ metrics }: Manifest) => number) => shareRow(name, of(a), of(b));
  const count = (name: string, of: (manifest: Manifest) => number) => countRow(name, of(a), of(b));
  const figures = table([
    ["", a.version, b.version, "difference"],
    share("accuracy", ({ metrics }) => metrics.accuracy),
    share("macro-F1", ({ metrics }) => metrics.macroF1),
    share("expected calibration error", ({ metrics }) => metrics.expectedCalibrationError),
    count("test rows", ({ metrics }) => metrics.testRows),
    count("trained on rows", ({ trainedOnRows }) => trainedOnRows),
    count("parameters", ({ parameters }) => parameters),
  ]);
  return `${figures}\n${comparability(a, b).reason}\n${data ? `\n${dataReport(a, b, data)}` : ""}`;
}

function dataReport(a: Manifest, b: Manifest, { rows, accuracy, changed, onlyRight, p }: LabelledComparison): string {
  return `${table([
    [`on the ${rows} rows`, a.version, b.version, "difference"],
    shareRow("accuracy", ...accuracy),
    countRow("right where the other is wrong", ...onlyRight),
  ])}
${changed} rows (${percent(changed / rows)}) are classified differently. McNemar's exact test: p = ${p.toPrecision(3)}.
`;
}

function shareRow(name: string, a: number, b: number): string[] {
  return [name, percent(a), percent(b), `${signed(100 * (b - a), 1)} points`];
}

function countRow(name: string, a: number, b: number): string[] {
  return [name, String(a), String(b), signed(b - a, 0)];
}

function signed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) > 0 ? `+${text}` : text;
}
