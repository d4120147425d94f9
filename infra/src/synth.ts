import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { readArguments } from "./command-line.js";
import { COMMON_HELP, STAGE_OPTIONS, synthesise } from "./stage-command.js";

/** `npm run synth`: writes the CloudFormation templates of a stage; needs no account, no Docker and no network. */

const HELP = `Usage: npm run synth -- --stage NAME [--out DIR]

Writes the CloudFormation templates of a stage. Needs no account, no Docker and no network.

${COMMON_HELP}`;

const { settings, folder } = await synthesise(readArguments(() => parseArgs({ options: STAGE_OPTIONS }).values, HELP));
const templates = readdirSync(folder).filter((file) => file.endsWith(".template.json"));
console.log(`Wrote the ${settings.kind} stage ${settings.name} to ${folder}:\n  ${templates.sort().join("\n  ")}`);
