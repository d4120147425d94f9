import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { benchClassify } from "./classify.js";
import { benchExport } from "./export-load.js";
import { benchPredict } from "./predict-load.js";

const HELP = `Usage: npm run bench -- [--json]

Measures on this machine, about two minutes:
  predict    the whole path at 64 connections, beside a bare node:http echo
  classify   tokenising and classifying, beside the bare ONNX Runtime run
  export     20,000 rows while predictions go on being written

  --json     prints one JSON object on standard output instead of tables
  --help     prints this`;

const { values } = parseArgs({ options: { json: { type: "boolean" }, help: { type: "boolean" } } });
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`;
console.error(`Measuring on ${machine}`);
console.error("predict through the whole path…");
const load = await benchPredict();
console.error("classification alone…");
const classify = await benchClassify();
console.error("export of 20,000 rows…");
const exported = await benchExport();

if (values.json) console.log(JSON.stringify({ machine, load, classify, exported }, null, 2));
else printTables();

function printTables(): void {
  const { predict, echo } = load;
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
