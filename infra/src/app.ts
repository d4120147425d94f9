import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { App } from "aws-cdk-lib";
import { SentiloopStack } from "./sentiloop-stack.js";

/** `npm run synth`: writes the CloudFormation template; needs neither an account nor a network. */

const HELP = `Usage: npm run synth -- [--out DIR] [--table-prefix PREFIX]

Writes the CloudFormation template of the stack "Sentiloop".

  --out DIR              where to write it (default: infra/cdk.out)
  --table-prefix PREFIX  what the names of the tables begin with (default: sentiloop-)
  --help                 show this text`;

const OPTIONS = {
  out: { type: "string", default: fileURLToPath(new URL("../cdk.out", import.meta.url)) },
  "table-prefix": { type: "string", default: "sentiloop-" },
  help: { type: "boolean", default: false },
} as const;

/** The arguments of the command line; ends the process when one of them is unknown. */
function readArguments() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    process.exit(2);
  }
}

function writeTemplate(folder: string, tablePrefix: string): void {
  const app = new App({ outdir: folder, analyticsReporting: false });
  const stack = new SentiloopStack(app, "Sentiloop", { tablePrefix });
  app.synth();
  console.log(`Wrote ${join(folder, stack.templateFile)}`);
}

const { out, help, "table-prefix": tablePrefix } = readArguments();
if (help) console.log(HELP);
else writeTemplate(out, tablePrefix);
