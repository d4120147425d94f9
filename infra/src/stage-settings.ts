import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { ROOT } from "./root.js";

/** The two kinds of stage: inference on ECS behind a load balancer, or inside the function that answers. */
export const STAGE_KINDS = ["standard", "lean"] as const;

const stageName = z.string().regex(/^[a-z][a-z0-9-]{0,19}$/);
const count = (max: number) => z.number().int().min(1).max(max);

const GIB = 1024;
const gibibytes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => (from + index) * GIB);

/** The memory in MiB that Fargate offers with so many thousandths of a virtual CPU. */
const FARGATE_MEMORY: Readonly<Record<256 | 512 | 1024 | 2048 | 4096, readonly number[]>> = {
  256: [512, GIB, 2 * GIB],
  512: gibibytes(1, 4),
  1024: gibibytes(2, 8),
  2048: gibibytes(4, 16),
  4096: gibibytes(8, 30),
};

const settings = z.strictObject({
  kind: z.enum(STAGE_KINDS),
  /** Of the functions and containers. Graviton (arm64) is a fifth cheaper. */
  architecture: z.enum(["arm64", "x86_64"]).default("arm64"),
  /** The page's own domain. The certificate must be in us-east-1, because CloudFront looks for it there. */
  domain: z.strictObject({ name: z.hostname(), certificateArn: z.string().startsWith("arn:") }).optional(),
  /** Who is told of alarms; the address has to be confirmed once, by the mail that AWS sends to it. */
  alarmEmail: z.email().optional(),
  /** Spending a month, in US dollars, of which 80 % and a forecast of all of it alarm. */
  monthlyBudgetUsd: z.number().positive(),
  /**
   * The repository on GitHub whose environment of the stage's name may deploy, from one branch. The provider of GitHub's
   * tokens is there once in an account: the first stage makes it, others name it.
   */
  delivery: z
    .strictObject({
      repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
      branch: z
        .string()
        .regex(/^[\w./-]+$/)
        .default("main"),
      providerArn: z.string().startsWith("arn:").optional(),
    })
    .optional(),
  /** How long logs are kept. */
  logRetentionDays: z.literal([7, 14, 30, 60, 90, 180, 365]).default(30),
  /**
   * How often feedback is counted anew, which reads all predictions: for a million of them about 5 US cents each time.
   * Millions more take longer than the quarter of an hour that there is; then "never", and `npm run reconcile` by hand.
   */
  recountEveryDays: z.union([z.literal("never"), count(90)]).default(1),
  api: z
    .strictObject({
      /** Requests answered at a time; no other function of the account can take them away. */
      reservedConcurrency: count(1000).default(50),
      /** Requests a second over all clients, and how many may come at once. */
      throttleRate: count(10_000).default(500),
      throttleBurst: count(5000).default(1000),
    })
    .prefault({}),
  inference: z
    .strictObject({
      minTasks: count(100).default(1),
      maxTasks: count(100).default(3),
      /** Thousandths of a virtual CPU, and MiB, of a task. Fargate offers certain pairs only. */
      cpu: z.literal([256, 512, 1024, 2048, 4096]).default(512),
      memoryMiB: count(30_720).default(1024),
      /** What the number of tasks is steered to. */
      requestsPerTaskAndMinute: count(1_000_000).default(12_000),
      cpuPercent: count(95).default(60),
      /** An image that was built and pushed before, by its digest, in place of one that is built now. */
      image: z
        .string()
        .regex(/@sha256:[0-9a-f]{64}$/)
        .optional(),
    })
    .refine(({ minTasks, maxTasks }) => minTasks <= maxTasks, "minTasks must not exceed maxTasks")
    .refine(({ cpu, memoryMiB }) => FARGATE_MEMORY[cpu].includes(memoryMiB), {
      path: ["memoryMiB"],
      message: "Fargate offers no such memory with this cpu",
    })
    .prefault({}),
});

/** How one stage is to be. */
export type StageSettings = Readonly<z.output<typeof settings>> & { readonly name: string };

/** Something that an operator gave and that cannot be worked with; the message says what to do. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

/** Prints what an operator can mend and ends the process; anything else is thrown on. */
export function exitOnSettingsError(error: unknown): never {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exit(1);
}

/** What the names of a stage's stacks begin with. */
export function stackPrefix(stage: string): string {
  return `Sentiloop-${stage}-`;
}

/**
 * Reads the settings of a stage from `<folder>/<name>.json`.
 * @throws SettingsError when the name is no name for a stage, there is no such file, or it is not in order
 */
export function readStageSettings(folder = join(ROOT, "infra/stages"), name?: string): StageSettings {
  const known = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".json")) : [];
  const names = known.map((file) => file.slice(0, -".json".length)).sort();
  if (name === undefined) throw new SettingsError(`Say which stage: --stage NAME. There are: ${names.join(", ")}.`);
  if (!stageName.safeParse(name).success) {
    throw new SettingsError(`"${name}" is no name for a stage: up to 20 of a-z, 0-9 and -, a letter first.`);
  }
  if (!names.includes(name)) {
    const file = join(folder, `${name}.json`);
    throw new SettingsError(
      `There is no stage "${name}". Create ${file}, {"kind": "lean", "monthlyBudgetUsd": 10} at the least, or take one of: ${names.join(", ")}.`,
    );
  }
  return parseStageSettings(name, readFileSync(join(folder, `${name}.json`), "utf8"));
}

/** @throws SettingsError naming each setting that is not what it must be */
export function parseStageSettings(name: string, text: string): StageSettings {
  const parsed = settings.safeParse(parseJson(name, text));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join(".") || "the file"}: ${message}`);
    throw new SettingsError(`The settings of stage "${name}" are not in order:\n${problems.join("\n")}`);
  }
  return Object.freeze({ name, ...parsed.data });
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SettingsError(`The settings of stage "${name}" are not JSON: ${(error as Error).message}`);
  }
}
