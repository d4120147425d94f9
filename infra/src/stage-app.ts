import { join } from "node:path";
import type { App } from "aws-cdk-lib";
import { artefactsOf, assertThere } from "./artefacts.js";
import { bundleFunctions } from "./bundles.js";
import { newApp } from "./new-app.js";
import { ROOT } from "./root.js";
import { addStage } from "./stage.js";
import type { StageSettings } from "./stage-settings.js";

export interface StageAppOptions {
  settings: StageSettings;
  /** Where to write what is synthesised; undefined for where the CDK's command line says. */
  outdir?: string | undefined;
  /** A folder with images that are built already. */
  images?: string | undefined;
  /** Whether the data may go with the stacks. */
  expendable?: boolean;
}

/**
 * Bundles what a stage runs and builds its app, from a repository that is built.
 * @throws SettingsError when something that is to be deployed is missing
 */
export function createStageApp({ settings, outdir, images, expendable = false }: StageAppOptions): App {
  const bundles = join(ROOT, "infra/bundles", settings.architecture);
  bundleFunctions(ROOT, bundles, settings);
  const artefacts = { ...artefactsOf(ROOT, bundles), images };
  assertThere(artefacts);
  const app = newApp(outdir === undefined ? {} : { outdir });
  addStage(app, { settings, artefacts, expendable });
  return app;
}
