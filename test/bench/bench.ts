import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { benchClassify, type ClassifyBench } from "./classify.js";
import { benchColdStart, type ColdStarts } from "./cold-start.js";
import { benchExport, type ExportResult } from "./export-load.js";
import { benchGateway, type GatewayCost } from "./gateway-load.js";
import { benchPage, type PageCost } from "./page-load.js";
import { benchPredict, type LoadResult } from "./predict-load.js";

const HELP = `Usage: npm run bench -- [PART…] [--profile] [--json]

Measures on this machine, about ten minutes for all parts:
  gateway    what the gateway alone costs a predict, beside bare node:http with the same JSON and Apollo Server standalone
  predict    the whole path at 64 connections, beside a bare node:http echo
  classify   tokenising and classifying, beside the bare ONNX Runtime run
  lambda     loading the Lambda function and its first answer, beside a bare Apollo Server with the AWS SDK
  export     20,000 rows while predictions go on being written
  page       what the page costs Chromium: first load, long tasks, a list of 10,000

  --profile  says where the CPU time of the gateway goes
  --json     prints one JSON object on standard output instead of tables
  --help     prints this`;

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean" }, profile: { type: "boolean" }, help: { type: "boolean" } },
  allowPositionals: true,
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const PARTS = ["gateway", "predict", "classify", "lambda", "export", "page"];
const unknown = positionals.find((part) => !PARTS.includes(part));
if (unknown !== undefined) {
  console.error(`There is no part ${unknown}. Choose of ${PARTS.join(", ")}, or none for all.`);
  process.exit(1);
}

/** Measures a part that is wanted. */
async function measured<Result>(part: string, title: string, measure: () => Promise<Result>) {
  if (positionals.length > 0 && !positionals.includes(part)) return undefined;
  console.error(`${title}…`);
  return measure();
}

const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`;
console.error(`Measuring on ${machine}`);
const profile = values.profile === true;
const gateway = await measured("gateway", "the gateway alone", () => benchGateway({ profile }));
const load = await measured("predict", "predict through the whole path", benchPredict);
const classify = await measured("classify", "classification alone", benchClassify);
const coldStarts = await measured("lambda", "cold starts of the Lambda function", benchColdStart);
const exported = await measured("export", "export of 20,000 rows", benchExport);
const page = await measured("page", "the page in Chromium", benchPage);

if (values.json) console.log(JSON.stringify({ machine, gateway, load, classify, coldStarts, exported, page }, null, 2));
else {
  if (gateway) printGateway(gateway);
  if (load) printLoad(load);
  if (classify) printClassify(classify);
  if (coldStarts) printColdStarts(coldStarts);
  if (exported) printExport(exported);
  if (page) printPage(page);
}

function printGateway(costs: readonly GatewayCost[]): void {
  table(
    [
      "gateway alone at 64 connections, CPU µs",
      "bare node:http",
      "gateway",
      "Apollo standalone",
      "share",
      "Apollo's share",
    ],
    costs.map(({ name, cpu, share, apolloShare }) => [
      name,
      ...[cpu.raw, cpu.gateway, cpu.apollo].map((time) => fixed(time, 1)),
      ...[share, apolloShare].map((each) => fixed(each, 2)),
    ]),
  );
  for (const { name, profile } of costs) {
    if (profile === undefined) continue;
    table([`where the time goes: ${name}`, "CPU µs"], rowsOf(profile.parts, 20));
    table([`by function: ${name}`, "CPU µs"], rowsOf(profile.functions, 30));
  }
}

function rowsOf(times: Record<string, number>, most: number): string[][] {
  return Object.entries(times)
    .slice(0, most)
    .map(([name, time]) => [name, fixed(time, 2)]);
}

function printLoad({ predict, echo }: { predict: LoadResult; echo: LoadResult }): void {
  table(
    ["at 64 connections", "requests/s", "CPU ms a request", "p50 ms", "p99 ms"],
    [
      [
        "predict, whole path, all processes",
        fixed(predict.requestsPerSecond, 0),
        fixed(predict.cpu, 2),
        fixed(predict.p50, 0),
        fixed(predict.p99, 0),
      ],
      [
        "bare node:http echo",
        fixed(echo.requestsPerSecond, 0),
        fixed(echo.cpu, 3),
        fixed(echo.p50, 0),
        fixed(echo.p99, 0),
      ],
    ],
  );
  printProcesses(predict);
}

function printProcesses({ cpu, cpuOf }: LoadResult): void {
  table(
    ["a predict's CPU time by process", "CPU ms", "share"],
    Object.entries(cpuOf)
      .filter(([, time]) => time > 0)
      .map(([name, time]) => [name, fixed(time, 3), `${fixed((100 * time) / cpu, 0)} %`]),
  );
}

function printClassify(classify: ClassifyBench): void {
  table(
    ["one classification (median)", "bare ONNX Runtime ms", "tokenise + classify ms", "ratio"],
    [
      [
        "one text of about 20 tokens",
        fixed(classify.single.bare.p50, 3),
        fixed(classify.single.classifier.p50, 3),
        fixed(classify.single.ratio, 2),
      ],
      [
        "32 such texts at once",
        fixed(classify.batch.bare.p50, 2),
        fixed(classify.batch.classifier.p50, 2),
        fixed(classify.batch.ratio, 2),
      ],
    ],
  );
}

function printColdStarts({ ours, bare, ratio }: ColdStarts): void {
  table(
    ["cold start of the Lambda function, CPU ms", "ours", "bare Apollo Server with the AWS SDK", "ratio"],
    [
      ["loaded", fixed(ours.loaded, 0), fixed(bare.loaded, 0), fixed(ours.loaded / bare.loaded, 2)],
      ["first predict answered", fixed(ours.answered, 0), fixed(bare.answered, 0), fixed(ratio, 2)],
    ],
  );
}

function printExport(exported: ExportResult): void {
  table(
    ["export while predictions are written", "value"],
    [
      ["rows in the file", String(exported.rows)],
      ["rows missing of those there before", String(exported.missing)],
      ["rows a second", fixed(exported.rowsPerSecond, 0)],
      ["size of the file, MB", fixed(exported.megabytes, 1)],
      ["memory of the api before, MB", fixed(exported.memoryBefore, 0)],
      ["most memory of the api during it, MB", fixed(exported.memoryPeak, 0)],
      ["predictions written meanwhile", String(exported.writtenMeanwhile)],
    ],
  );
}

function printPage({ firstLoad, longTasks, frames, framesWithBlankRows, reached }: PageCost): void {
  const longest = (tasks: readonly number[]) =>
    tasks.length === 0 ? "none over 50" : `${fixed(Math.max(...tasks), 0)} (${tasks.length} over 50)`;
  table(
    ["the page in Chromium, processor four times slower", "value", "bound"],
    [
      ["JavaScript of the first load, gzipped, kB", fixed(firstLoad, 0), "200"],
      ["longest task while predicting, ms", longest(longTasks.predicting), "50"],
      ["longest task while deciding, ms", longest(longTasks.deciding), "50"],
      ["longest task while reviewing, ms", longest(longTasks.reviewing), "50"],
      ["longest task while opening each page, ms", longest(longTasks.openingPages), "50"],
      ["longest task while opening five predictions, ms", longest(longTasks.openingPredictions), "50"],
      ["longest task while scrolling 10,000 predictions, ms", longest(longTasks.scrolling), "50"],
      ["the same scroll over plain rows without a program, ms", longest(longTasks.scrollingPlainRows), ""],
      ["row that the scroll reached within a minute", String(reached), "10000"],
      [`frames with blank rows, of ${frames}`, String(framesWithBlankRows), "0"],
    ],
  );
}

/** Prints a Markdown table whose columns are aligned. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const separator = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  console.log(["", line(head), separator, ...rows.map(line)].join("\n"));
}

function fixed(value: number, digits: number): string {
  return value.toFixed(digits);
}
