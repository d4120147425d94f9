import { parseArgs } from "node:util";
import { runCdk } from "./cdk.js";
import { readArguments, refuse } from "./command-line.js";
import { COMMON_HELP, STAGE_OPTIONS, stageNameOf, synthesise } from "./stage-command.js";
import { stackPrefix } from "./stage-settings.js";

/** `npm run destroy`: takes a stage down, and its data only when told twice. */

const HELP = `Usage: npm run destroy -- --stage NAME [--delete-data --confirm NAME] [--yes]

Takes down what a stage computes with. The data stays: predictions, accounts, models, exports. Deployed again, the stage
finds it all.

  --delete-data    delete the data too, for good
  --confirm NAME   the stage's name once more; without it --delete-data is refused
  --yes            do not ask
${COMMON_HELP}`;

/** What computes, the last first; what is not in a stage the CDK passes over. */
const STATELESS = ["Operations", "Api", "Inference", "Web"];
const STATEFUL = ["Identity", "Data"];

const OPTIONS = {
  ...STAGE_OPTIONS,
  "delete-data": { type: "boolean", default: false },
  confirm: { type: "string" },
  yes: { type: "boolean", default: false },
} as const;

const values = readArguments(() => parseArgs({ options: OPTIONS }).values, HELP);

const deleteData = values["delete-data"];
const stage = stageNameOf(values) ?? "NAME";
if (deleteData && values.confirm !== stage) {
  refuse(
    `All predictions, decisions, accounts and models of the stage would be lost. If that is meant, add --confirm ${stage}.`,
    HELP,
  );
}
if (!deleteData && values.confirm !== undefined) refuse("--confirm belongs to --delete-data.", HELP);

const { settings, folder } = await synthesise(values, { expendable: deleteData });
const named = (parts: readonly string[]) => {
  const there = settings.kind === "standard" ? parts : parts.filter((part) => part !== "Inference");
  return there.map((part) => stackPrefix(settings.name) + part);
};
const force = values.yes ? ["--force"] : [];
process.exitCode = await destroy();

async function destroy(): Promise<number> {
  const stopped = await runCdk("destroy", folder, ["--exclusively", ...named(STATELESS), ...force]);
  if (stopped !== 0 || !deleteData) return stopped;
  // First as stacks whose tables and buckets may be deleted, which AWS otherwise refuses.
  const unlocked = await runCdk("deploy", folder, ["--exclusively", ...named(STATEFUL), "--require-approval", "never"]);
  if (unlocked !== 0) return unlocked;
  return runCdk("destroy", folder, ["--exclusively", ...named(STATEFUL), ...force]);
}
