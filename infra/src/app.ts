import { App } from "aws-cdk-lib";
import { createStageApp, exitOnSettingsError } from "./stage-app.js";

/** For the CDK's own command line, in a repository that is built: `cdk <command> --app "node infra/dist/app.js" -c stage=NAME`. */

try {
  const context = new App().node;
  const stage: unknown = context.tryGetContext("stage");
  const settingsFolder: unknown = context.tryGetContext("settings");
  createStageApp({
    stage: typeof stage === "string" ? stage : undefined,
    settingsFolder: typeof settingsFolder === "string" ? settingsFolder : undefined,
  }).app.synth();
} catch (error) {
  exitOnSettingsError(error);
}
