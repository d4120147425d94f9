import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readArguments } from "./command-line.js";
import { COMMON_HELP, STAGE_OPTIONS, synthesise } from "./stage-command.js";

/** `npm run synth`: writes the CloudFormation templates of a stage; needs no account, no Docker and no network. */

const HELP = `Usage: npm run synth -- --stage NAME [--out DIR]

Writes the CloudFormation templates of a stage. Needs no account, no Docker and no network.

  --images DIR     images of inference/Dockerfile that docker save wrote, serve.tar and train.tar: they go with what is
                   written, so that the very same are deployed everywhere
${COMMON_HELP}`;

const OPTIONS = { ...STAGE_OPTIONS, images: { type: "string" } } as const;

const values = readArguments(() => parseArgs({ options: OPTIONS }).values, HELP);
const { settings, folder } = await synthesise(values, { images: values.images && resolve(values.images) });
const templates = readdirSync(folder).filter((file) => file.endsWith(".template.json"));
console.log(`Wrote the ${settings.kind} stage ${settings.name} to ${folder}:\n  ${templates.sort().join("\n  ")}`);
