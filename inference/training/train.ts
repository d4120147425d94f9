import { readFile } from "node:fs/promises";
import { constants } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { readConfig } from "../src/config.js";
import { percent } from "./percent.js";
import { ConsoleReporter } from "./progress.js";
import type { Published } from "./publish.js";
import { RECIPE } from "./recipe.js";
import { Interrupted, runCommand } from "./run-command.js";
import type { TrainingOutcome } from "./training-request.js";
import { trainVersion } from "./training-run.js";

interface Options {
  data: string[];
  test?: string;
  out?: string;
  dataCard?: string;
  seed: number;
  epochs: number;
  json?: boolean;
}

const command = new Command("train")
  .description("Trains a new model version on labelled texts, measures it and publishes it to a registry folder.")
  .requiredOption("--data <files...>", "CSV files with the columns text and emotion, such as exports")
  .option("--test <file>", "CSV file to measure with; without it a tenth of the texts is held out")
  .option("--out <folder>", "registry folder (default: SENTILOOP_MODELS, else models in SENTILOOP_DATA or ./data)")
  .option("--data-card <file>", "Markdown about the data's source and licence, for the model card")
  .option("--seed <number>", "the same seed and data give the same weights", wholeNumber(0), 1)
  .option("--epochs <number>", "how often every text is learned from", wholeNumber(1), RECIPE.epochs)
  .option("--json", "print the result as one JSON object")
  .action((options: Options) => runCommand(() => trainAndPrint(options)));

async function trainAndPrint(options: Options): Promise<void> {
  const result = await trainVersion({
    data: options.data,
    test: options.test,
    registry: options.out ?? readConfig(process.env).modelsFolder,
    dataCard: options.dataCard && (await readFile(options.dataCard, "utf8")),
    seed: options.seed,
    recipe: { ...RECIPE, epochs: options.epochs },
    reporter: new ConsoleReporter(process.stderr),
    signal: stopSignal(),
  });
  process.stdout.write(options.json ? `${JSON.stringify(summary(result))}\n` : sentences(result));
}

function summary({ version, folder, already, evaluation, split, backend, seconds }: TrainingOutcome & Published) {
  const { accuracy, standardError, macroF1, expectedCalibrationError, testRows } = evaluation;
  const metrics = { accuracy, standardError, macroF1, expectedCalibrationError, testRows };
  return { version, ...metrics, trainedOnRows: split.training.length, seconds, backend, folder, already };
}

function sentences({ version, folder, already, evaluation, seconds }: TrainingOutcome & Published): string {
  const { accuracy, standardError, macroF1, expectedCalibrationError, testRows } = evaluation;
  return `Version ${version} ${already ? "was already" : "is"} in ${folder}, trained in ${Math.round(seconds)} s.
On ${testRows} rows: accuracy ${percent(accuracy)} (standard error ${percent(standardError)}), macro-F1 ${percent(macroF1)}, expected calibration error ${percent(expectedCalibrationError)}.
To serve it: EMOTION_MODEL=${version} npm start
`;
}

/** A signal that is aborted when someone stops this process; nothing half-written is then left. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () =>
      stop.abort(new Interrupted("Stopped. Nothing was published.", 128 + constants.signals[name])),
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
