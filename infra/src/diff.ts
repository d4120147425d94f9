import { parseArgs } from "node:util";
import { runCdk } from "./cdk.js";
import { readArguments } from "./command-line.js";
import { COMMON_HELP, STAGE_OPTIONS, synthesise } from "./stage-command.js";

/** `npm run diff`: says what a deployment would change. */

const HELP = `Usage: npm run diff -- --stage NAME

Compares a stage as it is deployed with what would be deployed. Needs AWS credentials and a region.

${COMMON_HELP}`;

const { folder } = await synthesise(readArguments(() => parseArgs({ options: STAGE_OPTIONS }).values, HELP));
process.exitCode = await runCdk("diff", folder, []);
