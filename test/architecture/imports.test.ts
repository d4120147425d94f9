import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { json } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { ICruiseResult } from "dependency-cruiser";

const CRUISER = resolve("node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
const RULES = resolve(".dependency-cruiser.mjs");

/** A small repository in which everybody imports what they may. */
const GOOD_TREE = {
  "inference/package.json":
    '{ "name": "@sentiloop/inference", "exports": { "./contract": "./dist/contract/index.js" } }',
  "inference/dist/contract/index.js": "",
  "inference/dist/src/app.js": "",
  "inference/contract/index.ts": "",
  "inference/src/app.ts": 'import "../contract/index.js";',
  "inference/training/train.ts": 'import "../src/app.js";',
  "api/package.json": '{ "dependencies": { "@sentiloop/inference": "*", "@aws-sdk/client-dynamodb": "*" } }',
  "api/src/dynamodb-client.ts": 'import "@aws-sdk/client-dynamodb";',
  "api/src/local.ts": 'import "@sentiloop/inference/contract";\nimport "./dynamodb-client.js";',
  "webapp/package.json": '{ "dependencies": { "@apollo/client": "*" } }',
  "webapp/src/api/connect-api.ts": 'import "@apollo/client";',
  "webapp/src/App.vue":
    '<script setup lang="ts">\nimport "./api/connect-api.js";\n</script>\n<template><p /></template>',
  "infra/package.json": "{}",
  "infra/src/app.ts": "",
  "node_modules/@aws-sdk/client-dynamodb/package.json": '{ "main": "index.js" }',
  "node_modules/@aws-sdk/client-dynamodb/index.js": "",
  "node_modules/@apollo/client/package.json": '{ "main": "index.js" }',
  "node_modules/@apollo/client/index.js": "",
};

/** Each file breaks one rule when it is added to the good tree. */
const WRONG_FILES: [rule: string, file: string, content: string][] = [
  ["no-cycles", "inference/training/network.ts", 'import "./trainer.js";'],
  [
    "no-cycles",
    "webapp/src/Page.vue",
    '<script setup lang="ts">\nimport type { Use } from "./use-page.js";\n</script>',
  ],
  ["no-broken-imports", "api/src/server.ts", 'import "./nowhere.js";'],
  ["inference-imports-no-other-package", "inference/src/metrics.ts", 'import "../../api/src/local.js";'],
  ["contract-imports-no-implementation", "inference/contract/text.ts", 'import "../src/app.js";'],
  ["serving-does-not-import-training", "inference/src/server.ts", 'import "../training/train.js";'],
  ["api-imports-only-the-contract", "api/src/classifier.ts", 'import "../../inference/src/app.js";'],
  ["api-imports-only-the-contract", "api/src/model.ts", 'import "../../inference/dist/src/app.js";'],
  ["webapp-imports-no-other-package", "webapp/src/main.ts", 'import "../../api/src/local.js";'],
  [
    "webapp-imports-no-other-package",
    "webapp/src/emotion.ts",
    'export type {} from "../../inference/contract/index.js";',
  ],
  ["infra-imports-no-other-package", "infra/src/stack.ts", 'import "../../webapp/src/api/connect-api.js";'],
  ["one-folder-knows-apollo", "webapp/src/query.ts", 'import "@apollo/client";'],
  ["adapters-keep-aws-to-themselves", "api/src/prediction.ts", 'import "@aws-sdk/client-dynamodb";'],
  ["no-undeclared-packages", "infra/src/tables.ts", 'import "@aws-sdk/client-dynamodb";'],
];

/** The other halves of the cycles. */
const ACCOMPLICES = {
  "inference/training/trainer.ts": 'import "./network.js";',
  "webapp/src/use-page.ts": 'import type { Page } from "./Page.vue";\nexport type Use = Page;',
};

/** Applies the rules to a tree of files; gives the names of the broken rules by the file that breaks them. */
async function brokenRules(files: Record<string, string>): Promise<Record<string, string[]>> {
  const tree = await mkdtemp(join(tmpdir(), "sentiloop-imports-"));
  try {
    for (const [file, content] of Object.entries(files)) await write(join(tree, file), content);
    await mkdir(join(tree, "node_modules/@sentiloop"));
    await symlink("../../inference", join(tree, "node_modules/@sentiloop/inference"));
    const { summary } = await cruise(tree);
    const broken: Record<string, string[]> = {};
    for (const { from, rule } of summary.violations) broken[from] = [...(broken[from] ?? []), rule.name];
    return broken;
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

async function write(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

async function cruise(cwd: string): Promise<ICruiseResult> {
  const folders = ["inference/{contract,src,training}", "{api,webapp,infra}/src"];
  const args = [CRUISER, "--config", RULES, "--output-type", "json", ...folders];
  const cruiser = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  return (await json(cruiser.stdout)) as ICruiseResult;
}

test("the rules allow what each package needs", async () => {
  expect(await brokenRules(GOOD_TREE)).toEqual({});
});

describe("the rule", () => {
  let broken: Record<string, string[]>;

  beforeAll(async () => {
    const wrong = Object.fromEntries(WRONG_FILES.map(([, file, content]) => [file, content]));
    broken = await brokenRules({ ...GOOD_TREE, ...ACCOMPLICES, ...wrong });
  });

  test.each(WRONG_FILES)("%s refuses that %s says %j", (rule, file) => {
    expect(broken[file]).toEqual([rule]);
  });
});
