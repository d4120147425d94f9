import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What the CDK says when something is missing that an operator can give, and what to do then. */
const EXPLANATIONS: readonly (readonly [RegExp, string])[] = [
  [
    /Unable to resolve AWS account|Need to perform AWS calls .* no credentials|Could not load credentials|no credentials have been configured|Unable to locate credentials/i,
    "There are no AWS credentials. Sign in first (aws sso login, or AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), and name the region (AWS_REGION).",
  ],
  [/ExpiredToken|token .* (is|has) expired/i, "The AWS credentials have expired. Sign in again."],
  [
    /Unable to (determine|resolve) (default )?(AWS )?region|Region is missing/i,
    "No region is named. Set AWS_REGION, as in AWS_REGION=eu-central-1.",
  ],
  [
    /has (this environment|the environment) been bootstrapped|\/cdk-bootstrap\/.* not found|is not bootstrapped|SSM parameter .*cdk-bootstrap/i,
    "The CDK has not been set up in this account and region. Once: npm exec -w infra -- cdk bootstrap aws://ACCOUNT/REGION",
  ],
  [
    /Failed to find and execute 'docker'|Cannot connect to the Docker daemon|failed to connect to the docker API/i,
    "Docker is needed to build the images of a standard stage. Start it, or name images that were built before (inference.image in the stage's settings), or deploy a lean stage.",
  ],
];

/** What to do about a failure of the CDK, from what it printed; undefined when that is not known here. */
export function explanationOf(output: string): string | undefined {
  return EXPLANATIONS.find(([pattern]) => pattern.test(output))?.[1];
}

/** The most of the CDK's words that are kept to look for a reason, in characters. */
const KEPT = 100_000;

/**
 * Runs the CDK's command line on a folder that is synthesised, in this terminal.
 * @returns its exit status; when it is not 0, a reason was printed where one is known
 */
export async function runCdk(command: string, folder: string, args: readonly string[]): Promise<number> {
  const program = join(dirname(createRequire(import.meta.url).resolve("aws-cdk/package.json")), "bin/cdk");
  const cdk = spawn(process.execPath, [program, command, "--app", folder, "--no-notices", ...args], {
    stdio: ["inherit", "inherit", "pipe"],
    env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: "true" },
  });
  let said = "";
  cdk.stderr.on("data", (chunk: Buffer) => {
    process.stderr.write(chunk);
    said = (said + chunk.toString()).slice(-KEPT);
  });
  const [code] = (await once(cdk, "close")) as [number | null];
  const explanation = code === 0 ? undefined : explanationOf(said);
  if (explanation !== undefined) console.error(`\n${explanation}`);
  return code ?? 1;
}
