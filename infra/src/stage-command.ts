import { join } from "node:path";
import { ROOT } from "./root.js";
import type { StageAppOptions } from "./stage-app.js";
import { exitOnSettingsError, readStageSettings, type StageSettings } from "./stage-settings.js";

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

/** The values of these options. */
export interface StageValues {
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

/** What a command says of a stage besides. */
type SynthesisOptions = Pick<StageAppOptions, "expendable" | "images">;

/** Synthesises a stage; ends the process with what is wrong when it cannot. */
export async function synthesise(values: StageValues, options: SynthesisOptions = {}): Promise<SynthesisedStage> {
  try {
    const settings = readStageSettings(values.settings, stageNameOf(values));
    const outdir = values.out ?? join(ROOT, "infra/cdk.out", settings.name);
    // Only now: loading the CDK takes a second, for which nobody has to wait who misspelt a name.
    const { createStageApp } = await import("./stage-app.js");
    return { settings, folder: createStageApp({ settings, outdir, ...options }).synth().directory };
  } catch (error) {
    exitOnSettingsError(error);
  }
}

/** Which stage is meant; undefined when the command line does not say. */
export function stageNameOf({ stage, context = [] }: StageValues): string | undefined {
  return stage ?? context.find((pair) => pair.startsWith("stage="))?.slice("stage=".length);
}
