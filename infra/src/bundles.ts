import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SettingsError, type StageSettings } from "./stage-settings.js";

/** The script that bundles a compiled file of the api as a Lambda function. */
const LAMBDA_BUNDLER = ".ci/bundle-lambda.mjs";

/** The script that makes a folder of the compiled inference service. */
const INFERENCE_BUNDLER = ".ci/bundle-inference.mjs";

/** The compiled files whose exports AWS Lambda calls, by the folder of their bundle. */
const FUNCTIONS = {
  gateway: "api/dist/lambda.js",
  exporter: "api/dist/exporter-lambda.js",
  recount: "api/dist/recount-lambda.js",
};

/** What Lambda starts beside the function: only the port and /tmp differ from a container. */
const EXTENSION = `#!/bin/sh
export HOST=127.0.0.1 PORT=4001 SENTILOOP_DATA=/tmp/sentiloop
exec /var/lang/bin/node /opt/inference/lambda-extension.mjs
`;

/**
 * Bundles what Lambda is to run, from a repository that is built, into a folder.
 * @throws SettingsError when what is to be bundled is not there
 */
export function bundleFunctions(root: string, folder: string, { architecture }: StageSettings): void {
  const needed = [LAMBDA_BUNDLER, INFERENCE_BUNDLER, ...Object.values(FUNCTIONS)];
  const missing = needed.filter((path) => !existsSync(join(root, path)));
  if (missing.length > 0) throw new SettingsError(`${missing.join(" and ")} cannot be found. Run npm run build.`);
  rmSync(folder, { recursive: true, force: true });
  for (const [name, entry] of Object.entries(FUNCTIONS)) run(root, LAMBDA_BUNDLER, entry, join(folder, name));
  makeInferenceLayer(root, join(folder, "inference-layer"), architecture);
}

function makeInferenceLayer(root: string, layer: string, architecture: string): void {
  run(root, INFERENCE_BUNDLER, join(layer, "inference"), "--arch", architecture);
  const file = join(layer, "extensions/sentiloop-inference");
  mkdirSync(join(layer, "extensions"), { recursive: true });
  writeFileSync(file, EXTENSION);
  chmodSync(file, 0o755);
}

function run(root: string, script: string, ...args: string[]): void {
  execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
}
