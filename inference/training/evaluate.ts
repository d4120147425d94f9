import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { DatasetError } from "../contract/index.js";
import { Classifier } from "../src/classifier.js";
import { readConfig } from "../src/config.js";
import { MANIFEST_FILE } from "../src/manifest.js";
import { loadVersion, type ModelVersion } from "../src/model-version.js";
import { OnnxEngine } from "../src/onnx-engine.js";
import { ModelRegistry, starterRegistry } from "../src/registry.js";
import { Tokenizer } from "../src/tokenizer.js";
import { type Dataset, readDatasets } from "./dataset-file.js";
import { evaluationReport } from "./evaluation-report.js";
import { evaluateAll } from "./metrics.js";
import { runCommand } from "./run-command.js";

interface Options {
  data: string[];
  model?: string;
  json?: boolean;
}

const command = new Command("evaluate")
  .description("Measures a published model version with labelled texts that it should not have learned from.")
  .requiredOption("--data <files...>", "CSV files with the columns text and emotion")
  .option("--model <version>", "a version's name or folder (default: the version that is served)")
  .option("--json", "print the result as one JSON object")
  .action((options: Options) => runCommand(() => evaluateAndPrint(options)));

async function evaluateAndPrint({ data, model, json }: Options): Promise<void> {
  const dataset = await readDatasets(data);
  if (dataset.rows.length === 0) throw new DatasetError(`${data.join(", ")}: there are no rows to measure with.`);
  const version = await loadVersion(await folderOf(model));
  const result = { version: version.manifest.version, ...(await evaluate(version, dataset)) };
  process.stdout.write(
    json ? `${JSON.stringify({ ...result, datasetSha256: dataset.sha256 })}\n` : evaluationReport(result),
  );
}

async function folderOf(model: string | undefined): Promise<string> {
  if (model !== undefined && existsSync(join(model, MANIFEST_FILE))) return resolve(model);
  const registry = new ModelRegistry([readConfig(process.env).modelsFolder, starterRegistry()]);
  return registry.find(model ?? (await registry.serving()).version);
}

async function evaluate({ manifest, vocabulary, network }: ModelVersion, { rows }: Dataset) {
  const engine = await OnnxEngine.open(network);
  try {
    const classifier = new Classifier({ tokenizer: new Tokenizer({ ...manifest, vocabulary }), engine, manifest });
    const classifications = await classifier.classify(rows.map(({ text }) => text));
    const uncertain = classifications.filter((classification) => classification.uncertain).length / rows.length;
    return { ...evaluateAll(rows, classifications), uncertain };
  } finally {
    await engine.close();
  }
}

await command.parseAsync();
