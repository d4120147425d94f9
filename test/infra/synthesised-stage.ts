import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Validations } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Bucket } from "aws-cdk-lib/aws-s3";
import type { CloudAssembly } from "aws-cdk-lib/cx-api";
import { AwsSolutionsChecks } from "cdk-nag";
import { type Artefacts, artefactsOf, entryOf } from "../../infra/src/artefacts.js";
import { newApp } from "../../infra/src/new-app.js";
import { addStage, type Stage } from "../../infra/src/stage.js";
import { parseStageSettings } from "../../infra/src/stage-settings.js";

/** Small stand-ins for what the other packages build: a template names artefacts, whatever is in them. */
function standInArtefacts(): Artefacts {
  const root = mkdtempSync(join(tmpdir(), "sentiloop-artefacts-"));
  const artefacts = artefactsOf(root, join(root, "bundles"));
  const files = [
    entryOf(artefacts.gateway),
    entryOf(artefacts.exporter),
    entryOf(artefacts.recount),
    join(artefacts.inferenceLayer, "extensions/sentiloop-inference"),
    ...["index.html", "explorer.html", "review.html"].map((file) => join(artefacts.page, file)),
    ...["", ".br", ".gz"].map((ending) => join(artefacts.page, `assets/index-1234.js${ending}`)),
    join(root, "inference/Dockerfile"),
    join(root, "package.json"),
  ];
  for (const file of files) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "");
  }
  return artefacts;
}

/** The settings that the two kinds of stage need at the least. */
export const KINDS = {
  standard: { kind: "standard", monthlyBudgetUsd: 100 },
  lean: { kind: "lean", monthlyBudgetUsd: 10 },
} as const;

export type StageKind = keyof typeof KINDS;

/** Settings that use all that there is. */
export const COMPLETE = {
  ...KINDS.standard,
  architecture: "x86_64",
  domain: { name: "emotions.example.com", certificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/12345678" },
  alarmEmail: "operators@example.com",
  delivery: { repository: "somebody/sentiloop" },
  recountEveryDays: 7,
  api: { reservedConcurrency: 100, throttleRate: 1000, throttleBurst: 2000 },
  inference: {
    minTasks: 2,
    maxTasks: 6,
    image: `111122223333.dkr.ecr.eu-central-1.amazonaws.com/sentiloop@sha256:${"0".repeat(64)}`,
  },
} as const;

/** The settings of a stage that GitHub delivers to. */
export const DELIVERED = { ...KINDS.lean, delivery: { repository: "somebody/sentiloop" } } as const;

export interface SynthesisedStage extends Stage {
  assembly: CloudAssembly;
  /** The template of each stack, by the last part of its name. */
  templates: Record<string, Template>;
}

export interface SynthesisOptions {
  /** Apply the security rules. */
  nag?: boolean;
  expendable?: boolean;
  /** A folder with images that are built already. */
  images?: string;
  /** Add a bucket that breaks the rules. */
  openBucket?: boolean;
}

const artefacts = standInArtefacts();

/** Synthesises a stage as `npm run synth` does. */
export function synthesise(name: string, settings: object, options: SynthesisOptions = {}): SynthesisedStage {
  const { nag = false, expendable = false, openBucket = false, images } = options;
  const app = newApp();
  const parsed = parseStageSettings(name, JSON.stringify(settings));
  const stage = addStage(app, { settings: parsed, artefacts: { ...artefacts, images }, expendable });
  if (openBucket) new Bucket(stage.data, "Open");
  if (nag) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const assembly = app.synth();
  const stacks = Object.values(stage).filter((stack) => stack !== undefined);
  const templates = Object.fromEntries(
    stacks.map((stack) => [stack.stackName.split("-").at(-1) ?? "", Template.fromStack(stack)]),
  );
  return { ...stage, assembly, templates };
}

/** The template of one stack of a stage. @throws when the stage has no such stack */
export function templateOf({ templates }: SynthesisedStage, stack: string): Template {
  const template = templates[stack];
  if (template === undefined) throw new Error(`There is no stack ${stack}: ${Object.keys(templates).join(", ")}`);
  return template;
}
