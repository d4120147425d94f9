import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { type Classification, DatasetError } from "../contract/index.js";
import { ConfigError, readConfig } from "../src/config.js";
import { MANIFEST_FILE } from "../src/manifest.js";
import { ModelRegistry, starterRegistry } from "../src/registry.js";
import { runCommand } from "../src/run-command.js";
import { type OpenVersion, openVersion } from "../src/self-check.js";
import { type Dataset, readDatasets } from "./dataset-file.js";
import { evaluationReport } from "./evaluation-report.js";
import { reportHtml } from "./html-report.js";
import { evaluateAll } from "./metrics.js";
import { runProbes, type TextClassifier } from "./probes.js";
import type { TrainingReport } from "./training-report.js";
import { worstErrors } from "./worst-errors.js";

interface Options {
  data: string[];
  model?: string;
  compare?: string;
  probes?: boolean;
  html?: string;
  json?: boolean;
}

const command = new Command("evaluate")
  .description("Measures a published model version with labelled texts that it should not have learned from.")
  .requiredOption("--data <files...>", "CSV files with the columns text and emotion")
  .option("--model <version>", "a version's name or folder (default: the version that is served)")
  .option("--compare <version>", "another version to measure with the same rows")
  .option("--probes", "also ask the built-in sentences: negations, neutral ones, typing errors, everyday ones")
  .option("--html <file>", "write a report to look at; it quotes texts of the data")
  .option("--json", "print the result as one JSON object")
  .action((options: Options) => runCommand(() => evaluateAndPrint(options)));

async function evaluateAndPrint(options: Options): Promise<void> {
  const dataset = judged(await readDatasets(options.data));
  const report = await measured(options, dataset);
  if (options.html !== undefined) await writeReport(options.html, report);
  process.stdout.write(options.json ? `${JSON.stringify(summary(report, dataset))}\n` : evaluationReport(report));
}

/** Without the rows of an export that nobody judged: their label is only what a model thought. */
function judged(dataset: Dataset): Dataset {
  const rows = dataset.rows.filter(({ status }) => status !== "PENDING");
  if (rows.length === 0) throw new DatasetError("Nobody has judged any of the rows. Approve or revise some first.");
  const left = dataset.rows.length - rows.length;
  if (left > 0) process.stderr.write(`Left out: ${left} rows that nobody has judged.\n`);
  return { ...dataset, rows };
}

async function measured({ model, compare, probes }: Options, { rows, files }: Dataset): Promise<TrainingReport> {
  return withVersion(model, async ({ manifest, classifier }) => {
    const classifications = await classifyAll(classifier, rows);
    return {
      version: manifest.version,
      createdAt: manifest.createdAt,
      evaluation: evaluateAll(rows, classifications),
      worstErrors: worstErrors(rows, classifications),
      ...(compare !== undefined && { comparedWith: await comparison(compare, rows) }),
      ...(probes && { probes: await runProbes(classifier) }),
      data: files,
    };
  });
}

async function comparison(version: string, rows: Dataset["rows"]): Promise<TrainingReport["comparedWith"] & object> {
  return withVersion(version, async ({ manifest, classifier }) => {
    return { version: manifest.version, evaluation: evaluateAll(rows, await classifyAll(classifier, rows)) };
  });
}

async function withVersion<Result>(
  wanted: string | undefined,
  use: (version: OpenVersion) => Promise<Result>,
): Promise<Result> {
  const version = await openVersion(await folderOf(wanted));
  try {
    return await use(version);
  } finally {
    await version.close();
  }
}

async function folderOf(model: string | undefined): Promise<string> {
  if (model !== undefined && existsSync(join(model, MANIFEST_FILE))) return resolve(model);
  const registry = new ModelRegistry([readConfig(process.env).modelsFolder, starterRegistry()]);
  return registry.findNamed(model ?? "serving");
}

// So many at once that rows of like length are found to be run together, so few that memory stays bounded.
const ROWS_AT_ONCE = 2048;

async function classifyAll(classifier: TextClassifier, rows: Dataset["rows"]): Promise<Classification[]> {
  const classifications: Classification[] = [];
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    classifications.push(...(await classifier.classify(rows.slice(from, from + ROWS_AT_ONCE).map(({ text }) => text))));
  }
  return classifications;
}

async function writeReport(file: string, report: TrainingReport): Promise<void> {
  try {
    await writeFile(file, reportHtml(report));
  } catch (error) {
    throw new ConfigError(`${file} cannot be written: ${(error as Error).message}. Name another file with --html.`);
  }
  process.stderr.write(`The report is in ${file}.\n`);
}

/** What programs get: no text of the data is in it. */
function summary({ version, createdAt, evaluation, comparedWith, probes, data }: TrainingReport, { sha256 }: Dataset) {
  const uncertain = evaluation.uncertainty.share;
  return { version, createdAt, ...evaluation, uncertain, comparedWith, probes, data, datasetSha256: sha256 };
}

await command.parseAsync();
