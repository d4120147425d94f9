import { App } from "aws-cdk-lib";
import { createStageApp } from "./stage-app.js";
import { exitOnSettingsError, readStageSettings } from "./stage-settings.js";

/** For the CDK's own command line, in a repository that is built: `cdk <command> --app "node infra/dist/app.js" -c stage=NAME`. */

try {
  const context = new App().node;
  const text = (key: string): string | undefined => context.tryGetContext(key);
  createStageApp({ settings: readStageSettings(text("settings"), text("stage")) }).synth();
} catch (error) {
  exitOnSettingsError(error);
}
