import { readFile } from "node:fs/promises";
import { constants } from "node:os";
import { Command, InvalidArgumentError, Option } from "commander";
import { DatasetError } from "../contract/index.js";
import { readConfig } from "../src/config.js";
import { percent } from "../src/percent.js";
import type { Published } from "../src/publish.js";
import { ModelRegistry, starterRegistry } from "../src/registry.js";
import { Interrupted, runCommand } from "../src/run-command.js";
import { StageReached } from "./checkpoint.js";
import { ConsoleReporter } from "./progress.js";
import { FINE_TUNING, RECIPE } from "./recipe.js";
import type { TrainingOutcome, TrainingRequest } from "./training-request.js";
import { trainVersion } from "./training-run.js";

interface Options {
  data: string[];
  test?: string;
  recipe?: "plain" | "starter";
  corpora?: string;
  wordVectors?: string;
  from?: string;
  until?: Stage;
  out?: string;
  dataCard?: string;
  report?: string;
  folds: number;
  seeds: number;
  seed: number;
  epochs?: number;
  json?: boolean;
}

const STAGES = ["pretraining", "fine-tuning", "neutral-gate"] as const;
type Stage = (typeof STAGES)[number];

const REGISTRY = "(default: SENTILOOP_MODELS, else models in SENTILOOP_DATA or ./data)";

const command = new Command("train")
  .description(
    "Trains a model version on labelled texts, measures it and publishes it to a registry folder. " +
      "Stopped or killed, the same command goes on from its last epoch.",
  )
  .requiredOption(
    "--data <files...>",
    "CSV files with the columns text and emotion, such as exports; a folder: the ISEAR study",
  )
  .option(
    "--test <file>",
    "CSV file to measure with; nothing like its texts is learned from (default: a tenth of the texts)",
  )
  .option("--from <version>", "go on from a version (its name, or serving) instead of starting anew")
  .addOption(
    new Option("--recipe <name>", "plain: the data alone; starter: other corpora first, then the data")
      .choices(["plain", "starter"])
      .conflicts("from"),
  )
  .option("--corpora <folder>", "for the recipe starter: the folder with goemotions, xed, event2mind")
  .option("--word-vectors <file>", "vectors to start from, in GloVe's text format, 100 numbers a word")
  .addOption(new Option("--until <stage>", "stop after a stage of the recipe starter").choices(STAGES))
  .option("--out <folder>", `registry folder ${REGISTRY}`)
  .option("--data-card <file>", "Markdown about the data's source and licence, for the model card")
  .option("--report <file>", "write an HTML report with the worst errors here, and the same as JSON beside it")
  .option(
    "--folds <number>",
    "also cross-validate with so many parts, and calibrate with what comes of it",
    wholeNumber(0),
    0,
  )
  .option("--seeds <number>", "how often to cross-validate, each time with another seed", wholeNumber(1), 1)
  .option("--seed <number>", "the same seed and data give the same weights", wholeNumber(0), 1)
  .option(
    "--epochs <number>",
    "how often every text is learned from (default: 7; with --from 4, or more when there are few)",
    wholeNumber(1),
  )
  .option("--json", "print the result as one JSON object")
  .action((options: Options) => runCommand(() => trainAndPrint(options)));

async function trainAndPrint(options: Options): Promise<void> {
  const request = await requestOf(options);
  try {
    const result = await trainVersion(request);
    process.stdout.write(options.json ? `${JSON.stringify(summary(result))}\n` : sentences(result));
  } catch (error) {
    if (!(error instanceof StageReached)) throw error;
    process.stdout.write(options.json ? `${JSON.stringify({ stage: options.until })}\n` : `${error.message}\n`);
  }
}

async function requestOf(options: Options): Promise<TrainingRequest> {
  const { data, test, corpora, wordVectors, from, until, out, dataCard, report, folds, seeds, seed, epochs } = options;
  const recipeName = options.recipe ?? (corpora === undefined ? "plain" : "starter");
  if ((recipeName === "starter") !== (corpora !== undefined)) {
    throw new DatasetError("The recipe starter needs --corpora, and no other recipe takes it. Give both or neither.");
  }
  const registry = new ModelRegistry([readConfig(process.env).modelsFolder, starterRegistry()]);
  const base = from === undefined ? RECIPE : FINE_TUNING;
  return {
    data,
    test,
    recipeName,
    corpora,
    wordVectors,
    parent: from === undefined ? undefined : await registry.findNamed(from),
    until,
    registry: out ?? readConfig(process.env).modelsFolder,
    report,
    folds,
    seeds,
    dataCard: dataCard && (await readFile(dataCard, "utf8")),
    seed,
    recipe: epochs === undefined ? base : { ...base, epochs, minSteps: 0 },
    reporter: new ConsoleReporter(process.stderr),
    signal: stopSignal(),
  };
}

function summary(result: TrainingOutcome & Published) {
  const { version, folder, already, evaluation, split, backend, seconds, crossValidation } = result;
  const { accuracy, standardError, macroF1, expectedCalibrationError, testRows } = evaluation;
  const metrics = { accuracy, standardError, macroF1, expectedCalibrationError, testRows };
  return {
    version,
    ...metrics,
    trainedOnRows: split.training.length,
    seconds,
    backend,
    folder,
    already,
    crossValidation,
  };
}

function sentences({ version, folder, already, evaluation, seconds }: TrainingOutcome & Published): string {
  const { accuracy, standardError, macroF1, expectedCalibrationError, testRows } = evaluation;
  return `Version ${version} ${already ? "was already" : "is"} in ${folder}, trained in ${Math.round(seconds)} s.
On ${testRows} rows: accuracy ${percent(accuracy)} (standard error ${percent(standardError)}), macro-F1 ${percent(macroF1)}, expected calibration error ${percent(expectedCalibrationError)}.
To compare it: npm run models -- compare serving ${version}
To serve it: npm run models -- promote ${version}
`;
}

/** A signal that is aborted when someone stops this process. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () =>
      stop.abort(
        new Interrupted(
          "Stopped. Nothing was published; the same command goes on from the last epoch.",
          128 + constants.signals[name],
        ),
      ),
    );
  }
  return stop.signal;
}

function wholeNumber(min: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= min && text.trim() !== "") return value;
    throw new InvalidArgumentError(`It must be a whole number of at least ${min}.`);
  };
}

await command.parseAsync();
