import { percent } from "../src/percent.js";
import type { CoveragePoint, ReliabilityBin } from "./confidence-metrics.js";
import { type Html, html, NO_HTML } from "./html.js";
import type { LearningPoint } from "./training-report.js";

const WIDTH = 400;
const HEIGHT = 260;
const LEFT = 50;
const RIGHT = 20;
const TOP = 10;
const BOTTOM = 38;

/** A direction of a chart: which values it shows, and how they are written. */
interface Axis {
  from: number;
  to: number;
  ticks: readonly number[];
  label: string;
  write: (value: number) => string;
}

interface Frame {
  x: Axis;
  y: Axis;
  /** What the chart shows, for those who cannot see it. */
  title: string;
}

interface Point {
  x: number;
  y: number;
}

/** The confidence beside the share of right answers, bin by bin; a dot's area goes with the rows that it stands for. */
export function reliabilityDiagram(bins: readonly ReliabilityBin[]): Html {
  const frame: Frame = {
    x: shareAxis("confidence"),
    y: shareAxis("share of right answers"),
    title:
      "Reliability diagram: the share of right answers over the confidence, beside the diagonal of perfect calibration.",
  };
  const filled = bins.filter(({ rows }) => rows > 0);
  const most = Math.max(...filled.map(({ rows }) => rows));
  const dots = filled.map(({ confidence, accuracy, rows }) => {
    const radius = 3 + 9 * Math.sqrt(rows / most);
    const told = `${rows} rows: confidence ${percent(confidence)}, right ${percent(accuracy)}`;
    return html`<circle class="dot" cx="${px(frame, confidence)}" cy="${py(frame, accuracy)}" r="${round(radius)}"><title>${told}</title></circle>`;
  });
  const points = filled.map(({ confidence, accuracy }) => ({ x: confidence, y: accuracy }));
  const ideal = html`<path class="ideal" d="${path(frame, [corner(0), corner(1)])}"/>`;
  return chart(frame, [ideal, polyline(frame, points), ...dots]);
}

/** The accuracy over the share of rows that is answered, of one version or of two. */
export function coverageChart(curve: readonly CoveragePoint[], other?: readonly CoveragePoint[]): Html {
  const lowest = Math.min(...[...curve, ...(other ?? [])].map(({ accuracy }) => accuracy));
  const frame: Frame = {
    x: shareAxis("share of rows answered, the most confident first"),
    y: spanAxis(Math.max(0, Math.min(0.9, Math.floor(lowest * 10) / 10)), 1, "accuracy"),
    title: "Coverage curve: the accuracy when only the most confident share of the rows is answered.",
  };
  const points = (of: readonly CoveragePoint[]) => of.map(({ coverage, accuracy }) => ({ x: coverage, y: accuracy }));
  return chart(frame, [
    other === undefined ? NO_HTML : polyline(frame, points(other), "line other"),
    polyline(frame, points(curve)),
  ]);
}

/** The loss over the epochs. */
export function lossChart(curve: readonly LearningPoint[]): Html {
  const top = Math.max(...curve.map(({ loss }) => loss));
  const step = niceStep(top);
  const to = Math.max(step, Math.ceil(top / step) * step);
  const y: Axis = { from: 0, to, ticks: steps(0, to, step), label: "loss", write: (value) => String(round(value)) };
  return epochChart({ curve, y, measure: ({ loss }) => loss, title: "Learning curve: the loss of each epoch." });
}

/** The accuracy with held-out rows over the epochs. */
export function accuracyChart(curve: readonly LearningPoint[]): Html {
  const values = curve.map(({ heldOutAccuracy }) => heldOutAccuracy);
  const from = Math.max(0, Math.floor(Math.min(...values) * 10) / 10);
  const to = Math.min(1, Math.max(from + 0.1, Math.ceil(Math.max(...values) * 10) / 10));
  return epochChart({
    curve,
    y: spanAxis(Math.min(from, to - 0.1), to, "accuracy with held-out rows"),
    measure: ({ heldOutAccuracy }) => heldOutAccuracy,
    title: "Learning curve: the accuracy with held-out rows after each epoch.",
  });
}

interface EpochChart {
  curve: readonly LearningPoint[];
  y: Axis;
  measure: (point: LearningPoint) => number;
  title: string;
}

function epochChart({ curve, y, measure, title }: EpochChart): Html {
  const epochs = curve.map(({ epoch }) => epoch);
  const [from, to] = [Math.min(...epochs), Math.max(...epochs)];
  const ticks = steps(from, to, Math.max(1, Math.ceil((to - from) / 8)));
  const frame: Frame = { x: { from, to, ticks, label: "epoch", write: String }, y, title };
  const points = curve.map((point) => ({ x: point.epoch, y: measure(point) }));
  const dots = points.map((point) => {
    return html`<circle class="dot" cx="${px(frame, point.x)}" cy="${py(frame, point.y)}" r="3"><title>${`epoch ${point.x}: ${y.write(point.y)}`}</title></circle>`;
  });
  return chart(frame, [polyline(frame, points), ...dots]);
}

function chart(frame: Frame, marks: readonly Html[]): Html {
  const { x, y, title } = frame;
  const rows = y.ticks.map((value) => {
    const at = py(frame, value);
    return html`<path class="grid" d="M${LEFT} ${at}H${WIDTH - RIGHT}"/><text x="${LEFT - 6}" y="${at + 4}" text-anchor="end">${y.write(value)}</text>`;
  });
  const columns = x.ticks.map((value) => {
    return html`<text x="${px(frame, value)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${x.write(value)}</text>`;
  });
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">${rows}${columns}
<path class="axis" fill="none" d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}"/>
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 5}" text-anchor="middle">${x.label}</text>
<text transform="translate(10 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${y.label}</text>
${marks}</svg>`;
}

function polyline(frame: Frame, points: readonly Point[], kind = "line"): Html {
  return html`<path class="${kind}" d="${path(frame, points)}"/>`;
}

function path(frame: Frame, points: readonly Point[]): string {
  return points.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${px(frame, x)} ${py(frame, y)}`).join("");
}

function px({ x }: Frame, value: number): number {
  return round(LEFT + (WIDTH - LEFT - RIGHT) * part(x, value));
}

function py({ y }: Frame, value: number): number {
  return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * part(y, value));
}

/** Where a value lies on an axis, from 0 to 1; in the middle when the axis has no length. */
function part({ from, to }: Axis, value: number): number {
  return to > from ? (value - from) / (to - from) : 0.5;
}

function corner(value: number): Point {
  return { x: value, y: value };
}

function shareAxis(label: string): Axis {
  return spanAxis(0, 1, label);
}

function spanAxis(from: number, to: number, label: string): Axis {
  const step = to - from > 0.5 ? 0.2 : to - from > 0.25 ? 0.1 : 0.05;
  return { from, to, ticks: steps(from, to, step), label, write: (value) => `${Math.round(100 * value)} %` };
}

/** The numbers from one to another in steps, rounded so that they can be read. */
function steps(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step + 1e-9) + 1 }, (_, index) => round(from + index * step));
}

/** A step of 1, 2 or 5 times a power of ten that divides a length into at most about five parts. */
function niceStep(length: number): number {
  const rough = Math.max(length, 1e-2) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
