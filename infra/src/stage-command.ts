import { join } from "node:path";
import { createStageApp, exitOnSettingsError, ROOT } from "./stage-app.js";
import type { StageSettings } from "./stage-settings.js";

/** The options that every command about a stage has, as `parseArgs` takes them. */
export const STAGE_OPTIONS = {
  stage: { type: "string" },
  context: { type: "string", short: "c", multiple: true },
  settings: { type: "string" },
  out: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

/** The lines of a help text for the options that all commands have. */
export const COMMON_HELP = `  --stage NAME     which stage, as infra/stages/NAME.json describes it (also: -c stage=NAME)
  --settings DIR   another folder with the settings of stages
  --out DIR        where to write the templates (default: infra/cdk.out/NAME)
  --help           show this text`;

interface CommonValues {
  stage?: string | undefined;
  context?: string[] | undefined;
  settings?: string | undefined;
  out?: string | undefined;
}

/** A stage that is synthesised. */
export interface SynthesisedStage {
  settings: StageSettings;
  /** The folder with the templates and all that belongs to them. */
  folder: string;
}

/** Ends the process with 2, what is wrong and the help text. */
export function refuse(message: string, help: string): never {
  console.error(`${message}\n\n${help}`);
  process.exit(2);
}

/** What `parse` makes of the command line; shows the help, or ends the process, when that is all there is to do. */
export function readArguments<T extends { help?: boolean }>(parse: () => T, help: string): T {
  try {
    const values = parse();
    if (!values.help) return values;
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error), help);
  }
  console.log(help);
  process.exit(0);
}

/** Synthesises a stage; ends the process with what is wrong when it cannot. */
export function synthesise(values: CommonValues, { expendable = false } = {}): SynthesisedStage {
  try {
    const stage = values.stage ?? stageOf(values.context ?? []);
    const outdir = values.out ?? join(ROOT, "infra/cdk.out", stage ?? "");
    const { app, settings } = createStageApp({ stage, settingsFolder: values.settings, outdir, expendable });
    return { settings, folder: app.synth().directory };
  } catch (error) {
    exitOnSettingsError(error);
  }
}

function stageOf(context: readonly string[]): string | undefined {
  return context.find((pair) => pair.startsWith("stage="))?.slice("stage=".length);
}
