import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runCdk } from "./cdk.js";
import { readArguments, refuse } from "./command-line.js";
import { COMMON_HELP, STAGE_OPTIONS, stageNameOf, synthesise } from "./stage-command.js";
import { stackPrefix } from "./stage-settings.js";

/** `npm run deploy`: brings a stage to AWS. */

const PARTS = ["data", "identity", "web", "inference", "api", "operations", "delivery"];

const HELP = `Usage: npm run deploy -- --stage NAME [--only PART]… [--yes]

Deploys a stage: all of it, or only some of its parts. Needs AWS credentials, a region that the CDK was set up in (once:
npm exec -w infra -- cdk bootstrap aws://ACCOUNT/REGION) and, for a standard stage, Docker. What fails is rolled back.

  --only PART      ${PARTS.join(", ")}; without what the part builds on
  --yes            do not ask before permissions are widened
  --assembly DIR   deploy what was synthesised into DIR before, as it is
  --outputs FILE   write the addresses and names of what is deployed into FILE, as JSON
${COMMON_HELP}`;

const OPTIONS = {
  ...STAGE_OPTIONS,
  only: { type: "string", multiple: true },
  yes: { type: "boolean", default: false },
  assembly: { type: "string" },
  outputs: { type: "string" },
} as const;

const values = readArguments(() => parseArgs({ options: OPTIONS }).values, HELP);

const only = values.only ?? [];
const unknown = only.find((part) => !PARTS.includes(part));
if (unknown !== undefined) refuse(`"${unknown}" is no part of a stage. Choose from: ${PARTS.join(", ")}.`, HELP);

const { stage, folder } = await toDeploy();
const stacks = only.map((part) => stackPrefix(stage) + part.charAt(0).toUpperCase() + part.slice(1));
process.exitCode = await runCdk("deploy", folder, [
  ...(stacks.length === 0 ? ["--all"] : ["--exclusively", ...stacks]),
  ...(values.yes ? ["--require-approval", "never"] : []),
  ...(values.outputs === undefined ? [] : ["--outputs-file", values.outputs]),
]);

async function toDeploy(): Promise<{ stage: string; folder: string }> {
  const { assembly } = values;
  if (assembly === undefined) {
    const { settings, folder } = await synthesise(values);
    return { stage: settings.name, folder };
  }
  const stage = stageNameOf(values);
  if (stage === undefined) refuse("With --assembly, --stage must say which stage is in it.", HELP);
  if (!existsSync(join(assembly, "manifest.json"))) refuse(`${assembly} is no folder that was synthesised.`, HELP);
  return { stage, folder: assembly };
}
