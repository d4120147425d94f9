import { basename } from "node:path";
import { EMOTIONS, type Emotion, UNCERTAINTY_REASONS } from "../contract/index.js";
import { percent as brokenPercent } from "../src/percent.js";
import { type Html, html, NO_HTML } from "./html.js";
import { REPORT_STYLE } from "./html-report-style.js";
import type { EmotionMetrics, Evaluation } from "./metrics.js";
import { PROBE_QUESTIONS, PROBE_SETS, type ProbeFailure, type ProbeResults } from "./probes.js";
import { accuracyChart, coverageChart, lossChart, reliabilityDiagram } from "./report-charts.js";
import type { TrainingReport } from "./training-report.js";
import type { WorstError } from "./worst-errors.js";

/**
 * A report as one HTML file that needs nothing else: no script, no font, no picture from elsewhere. It follows the
 * reader's light or dark setting, can be printed and can be read on a phone.
 */
export function reportHtml(report: TrainingReport): string {
  const { version } = report;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Emotion model ${version}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
${heading(report)}
${figures(report)}
${charts(report)}
${learning(report)}
${confusionMatrix(report.evaluation)}
${classes(report)}
${report.probes ? probes(report.probes) : NO_HTML}
${report.worstErrors ? worst(report.worstErrors) : NO_HTML}
${provenance(report)}
</main>
</body>
</html>
`;
  return page.source;
}

function heading({ version, createdAt, evaluation, comparedWith }: TrainingReport): Html {
  const other = comparedWith ? html`, compared with ${comparedWith.version} on the same rows` : NO_HTML;
  return html`<header><h1>Emotion model ${version}</h1>
<p class="quiet">Made on ${createdAt.slice(0, 10)}, measured with ${evaluation.testRows} rows${other}.</p></header>`;
}

/** A share that no line end separates from its sign. */
function percent(share: number): string {
  return brokenPercent(share).replace(" ", "\u00A0");
}

/** A difference of two shares. */
function points(difference: number): string {
  return `${(100 * difference).toFixed(1)}\u00A0points`;
}

interface Figure {
  name: string;
  value: (evaluation: Evaluation) => number;
  write: (value: number) => string;
  /** How a difference is written, where not as a value. */
  writeDifference?: (value: number) => string;
  /** Whether a larger value is better; undefined where neither is. */
  more?: boolean;
  note?: (evaluation: Evaluation) => string;
}

const FIGURES: readonly Figure[] = [
  {
    name: "Accuracy",
    value: ({ accuracy }) => accuracy,
    write: percent,
    writeDifference: points,
    more: true,
    note: ({ accuracyInterval: [low, high], standardError }) =>
      `95 % confidence ${percent(low)} to ${percent(high)}, standard error ${percent(standardError)}`,
  },
  { name: "Macro-F1", value: ({ macroF1 }) => macroF1, write: percent, writeDifference: points, more: true },
  {
    name: "Calibration error",
    value: ({ expectedCalibrationError }) => expectedCalibrationError,
    write: percent,
    writeDifference: points,
    more: false,
    note: () => "expected, 15 bins",
  },
  {
    name: "Log likelihood, negative",
    value: ({ negativeLogLikelihood }) => negativeLogLikelihood,
    write: (value) => value.toFixed(3),
    more: false,
  },
  { name: "Brier score", value: ({ brierScore }) => brierScore, write: (value) => value.toFixed(3), more: false },
  {
    name: "Marked as uncertain",
    value: ({ uncertainty }) => uncertainty.share,
    write: percent,
    writeDifference: points,
    note: ({ uncertainty }) =>
      UNCERTAINTY_REASONS.filter((reason) => uncertainty.byReason[reason] > 0)
        .map((reason) => `${reason.toLowerCase().replaceAll("_", " ")} ${percent(uncertainty.byReason[reason])}`)
        .join(", "),
  },
];

function figures({ evaluation, comparedWith }: TrainingReport): Html {
  const cards = FIGURES.map((figure) => {
    const { name, value, write, note } = figure;
    const other = comparedWith ? difference(figure, evaluation, comparedWith.evaluation) : NO_HTML;
    return html`<div><dt>${name}</dt><dd class="value">${write(value(evaluation))}</dd>${other}<dd class="note">${note?.(evaluation) ?? ""}</dd></div>`;
  });
  return html`<dl class="figures">${cards}</dl>`;
}

function difference(
  { value, write, writeDifference = write, more }: Figure,
  evaluation: Evaluation,
  other: Evaluation,
): Html {
  const by = value(evaluation) - value(other);
  const size = writeDifference(Math.abs(by));
  if (Number(size.replace(/[^\d.]/g, "")) === 0) return html`<dd class="note">as the other</dd>`;
  const verdict = more === undefined ? "" : by > 0 === more ? "better" : "worse";
  return html`<dd class="note"><span class="${verdict}">${by > 0 ? "+" : "−"}${size}</span> (other: ${write(value(other))})</dd>`;
}

function charts({ version, evaluation, comparedWith }: TrainingReport): Html {
  const legend = comparedWith
    ? html`<ul class="legend"><li>${version}</li><li class="other">${comparedWith.version}</li></ul>`
    : NO_HTML;
  return html`<div class="pair">
<section><h2>Can the confidence be believed?</h2>
<p class="quiet">On the dashed line, answers are right as often as they are confident. A dot's area shows its number of rows.</p>
${reliabilityDiagram(evaluation.reliability)}</section>
<section><h2>What if only sure answers count?</h2>
<p class="quiet">The accuracy of the most confident share of the rows.</p>${legend}
${coverageChart(evaluation.coverage, comparedWith?.evaluation.coverage)}</section>
</div>`;
}

function learning({ learningCurve = [] }: TrainingReport): Html {
  if (learningCurve.length === 0) return NO_HTML;
  return html`<div class="pair">
<section><h2>Loss while learning</h2>${lossChart(learningCurve)}</section>
<section><h2>Accuracy while learning</h2>${accuracyChart(learningCurve)}</section>
</div>`;
}

function confusionMatrix({ confusion, perEmotion }: Evaluation): Html {
  const head = EMOTIONS.map((emotion) => html`<th scope="col">${emotion}</th>`);
  const rows = perEmotion.map(({ emotion: truth, rows }) => {
    const cells = EMOTIONS.map((answered) => heat({ truth, answered, count: confusion[truth][answered], rows }));
    return html`<tr><th scope="row">${truth}</th>${cells}</tr>`;
  });
  return html`<section><h2>What is taken for what</h2>
<p class="quiet">Rows: the true emotion. Columns: the answer. Numbers are texts; the darker or brighter, the larger their share of the row.</p>
<div class="scroll"><table class="confusion"><thead><tr><td></td>${head}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

interface HeatCell {
  truth: Emotion;
  answered: Emotion;
  count: number;
  /** Texts that are truly so. */
  rows: number;
}

function heat({ truth, answered, count, rows }: HeatCell): Html {
  const share = rows > 0 ? count / rows : 0;
  const kind = truth === answered ? "right" : count === 0 ? "none" : "";
  const told = `${truth} classified as ${answered}: ${percent(share)}`;
  return html`<td class="${kind}" style="--share:${share.toFixed(3)}" title="${told}">${count}</td>`;
}

function classes({ evaluation, comparedWith }: TrainingReport): Html {
  const rows = evaluation.perEmotion.map((metrics, index) => {
    const other = comparedWith?.evaluation.perEmotion[index];
    const compared = comparedWith ? html`<td class="number">${decimals(other?.f1)}</td>` : NO_HTML;
    return html`<tr><th scope="row">${metrics.emotion}</th><td class="number minor">${decimals(metrics.precision)}</td><td class="number minor">${decimals(metrics.recall)}</td>
<td class="number">${decimals(metrics.f1)}${bar(metrics)}</td>${compared}<td class="number">${metrics.rows}</td></tr>`;
  });
  const compared = comparedWith ? html`<th scope="col" class="number">F1 of the other</th>` : NO_HTML;
  return html`<section><h2>Emotion by emotion</h2>
<div class="scroll"><table class="classes"><thead><tr><th scope="col">emotion</th><th scope="col" class="number minor">precision</th><th scope="col" class="number minor">recall</th><th scope="col" class="number">F1</th>${compared}<th scope="col" class="number">rows</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function bar({ f1 }: EmotionMetrics): Html {
  return shareBar(Number.isFinite(f1) ? f1 : 0);
}

function shareBar(share: number): Html {
  return html`<span class="bar" style="--share:${share.toFixed(3)}"><i></i></span>`;
}

/** A share with three decimals; one that does not exist (null, where the report was read from JSON) as a dash. */
function decimals(share: number | null | undefined): string {
  return Number.isFinite(share) ? Number(share).toFixed(3) : "–";
}

function probes(results: ProbeResults): Html {
  const rows = PROBE_SETS.map((set) => {
    const { passed, total } = results[set];
    return html`<tr><td><strong>${set}</strong><br><span class="quiet">${PROBE_QUESTIONS[set]}</span></td><td class="number">${percent(passed / total)}${shareBar(passed / total)}</td><td class="number">${passed} of ${total}</td></tr>`;
  });
  const failed = PROBE_SETS.filter((set) => results[set].failures.length > 0).map((set) => {
    const { failures } = results[set];
    return html`<details><summary>${set}: ${failures.length} not passed</summary><ul>${failures.map(failure)}</ul></details>`;
  });
  return html`<section class="long"><h2>Built-in probes</h2>
<p class="quiet">Sentences that no version learns from, written to find what a test set does not show.</p>
<table><thead><tr><th scope="col">set</th><th scope="col" class="number">passed</th><th scope="col" class="number">sentences</th></tr></thead><tbody>${rows}</tbody></table>${failed}</section>`;
}

function failure({ text, answered, confidence }: ProbeFailure): Html {
  return html`<li><bdi>${text}</bdi> <span class="quiet">${answered} ${percent(confidence)}</span></li>`;
}

function worst(errors: readonly WorstError[]): Html {
  const rows = errors.map(({ text, truth, emotion, confidence, line }) => {
    return html`<tr><td class="text"><bdi>${text}</bdi></td><td data-name="true">${truth}</td><td data-name="answered">${emotion}</td><td class="number" data-name="confidence">${percent(confidence)}</td><td class="number" data-name="line">${line ?? "–"}</td></tr>`;
  });
  if (rows.length === 0) return html`<section><h2>Worst errors</h2><p>Every row was answered rightly.</p></section>`;
  return html`<section class="long"><h2>Worst errors</h2>
<p class="quiet">The wrong answers given with the most confidence. Some of them show a wrong label in the data.</p>
<table class="stacked"><thead><tr><th scope="col">text</th><th scope="col">true</th><th scope="col">answered</th><th scope="col" class="number">confidence</th><th scope="col" class="number">line</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

function provenance({ stages = [], dropped, data }: TrainingReport): Html {
  const steps =
    stages.length > 0 ? html`<h3>Stages</h3><ol>${stages.map((stage) => html`<li>${stage}</li>`)}</ol>` : NO_HTML;
  const leaks = dropped
    ? html`<p>Left out, because rows that are measured with have the same text: ${dropped.sameText}; nearly the same: ${dropped.nearlyTheSame}.</p>`
    : NO_HTML;
  const files = data.map(({ file, rows, sha256 }) => {
    return html`<tr><td class="text">${basename(file)}</td><td class="number" data-name="rows">${rows}</td><td data-name="SHA-256"><code>${sha256}</code></td></tr>`;
  });
  return html`<section><h2>Where it comes from</h2>${steps}${leaks}
<table class="stacked"><thead><tr><th scope="col">file</th><th scope="col" class="number">rows</th><th scope="col">SHA-256</th></tr></thead><tbody>${files}</tbody></table></section>`;
}
