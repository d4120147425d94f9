import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { App } from "aws-cdk-lib";
import { artefactsOf, assertThere } from "./artefacts.js";
import { bundleFunctions } from "./bundles.js";
import { newApp } from "./new-app.js";
import { addStage } from "./stage.js";
import { readStageSettings, SettingsError, type StageSettings } from "./stage-settings.js";

/** The root of the repository: this file is compiled into infra/dist. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const DEFAULT_SETTINGS_FOLDER = join(ROOT, "infra/stages");

export interface StageAppOptions {
  /** The stage's name. */
  stage: string | undefined;
  /** Where the settings of the stages are. */
  settingsFolder?: string | undefined;
  /** Where to write what is synthesised; undefined for where the CDK's command line says. */
  outdir?: string | undefined;
  /** Whether the data may go with the stacks. */
  expendable?: boolean | undefined;
}

/**
 * Bundles what a stage runs and builds its app, from a repository that is built.
 * @throws SettingsError when the settings are not in order, or something that is to be deployed is missing
 */
export function createStageApp({ stage, settingsFolder, outdir, expendable }: StageAppOptions): {
  app: App;
  settings: StageSettings;
} {
  const settings = readStageSettings(settingsFolder ?? DEFAULT_SETTINGS_FOLDER, stage);
  const bundles = join(ROOT, "infra/bundles", settings.architecture);
  bundleFunctions(ROOT, bundles, settings);
  const artefacts = artefactsOf(ROOT, bundles);
  assertThere(artefacts);
  const app = newApp(outdir === undefined ? {} : { outdir });
  addStage(app, { settings, artefacts, ...(expendable !== undefined && { expendable }) });
  return { app, settings };
}

/** Prints what an operator can mend and ends the process; anything else is thrown on. */
export function exitOnSettingsError(error: unknown): never {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exit(1);
}
