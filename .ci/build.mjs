import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { runCommand, secondsSince } from "./command.mjs";
import { readStamp, writeStamp } from "./stamp.mjs";

const STAMP = "build";
const SOURCES = [
  "inference",
  "api",
  "webapp",
  "infra",
  "schema.graphql",
  "codegen.yml",
  "tsconfig.base.json",
  "package.json",
  "package-lock.json",
  ".ci/build.mjs",
  ".ci/bundle-lambda.mjs",
  ".ci/node-bundle.mjs",
];
const NO_SOURCES = /^(\..*|node_modules|dist|generated|models|cdk\.out|bundles|.*\.md|.*\.tsbuildinfo)$/;
// TypeScript puts its notes on a build (tsbuildinfo) beside dist when the sources are in a folder of their own.
const OUTPUTS = [
  "inference/dist",
  "api/dist",
  "api/tsconfig.tsbuildinfo",
  "infra/dist",
  "infra/tsconfig.tsbuildinfo",
  "webapp/src/generated",
  "webapp/dist",
];

const TYPESCRIPT = {
  title: "Compiled inference, api and infra",
  command: ["node_modules/typescript/bin/tsc", "-b", "inference", "api", "infra"],
};
const LAMBDA = {
  title: "Bundled the Lambda function",
  command: [".ci/bundle-lambda.mjs"],
};
const GRAPHQL_TYPES = {
  title: "Generated the web page's GraphQL types",
  command: ["node_modules/@graphql-codegen/cli/esm/bin.js", "--config", "codegen.yml"],
};
const WEB_PAGE = {
  title: "Built the web page",
  command: ["../node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"],
  folder: "webapp",
};

/** Whether everything is built from the sources as they are now, and all of it is still there. */
export function buildIsCurrent(root) {
  const stamp = readStamp(root, STAMP);
  return stamp?.sourceHash === hashOf(root, filesIn(root, SOURCES, NO_SOURCES)) && allThere(root, stamp.outputs);
}

/**
 * Compiles the packages and builds the web page.
 * @throws CommandError when a step fails; the other steps are stopped then
 */
export async function buildEverything(root, { signal, lock }) {
  const sources = filesIn(root, SOURCES, NO_SOURCES);
  const sourceHash = hashOf(root, sources);
  forgetLastBuild(root, sources);
  const failure = new AbortController();
  const options = { root, lock, signal: AbortSignal.any([signal, failure.signal]) };
  const branches = [runSteps([TYPESCRIPT, LAMBDA], options), runSteps([GRAPHQL_TYPES, WEB_PAGE], options)];
  await Promise.all(branches.map((branch) => branch.catch((error) => failure.abort(error))));
  failure.signal.throwIfAborted();
  writeStamp(root, STAMP, { sourceHash, sources, outputs: filesIn(root, OUTPUTS) });
}

/**
 * Withdraws the stamp, so that a build that is broken off is not taken for a whole one. TypeScript builds on
 * what is there, but neither restores an output that somebody deleted nor deletes that of a deleted source.
 */
function forgetLastBuild(root, sources) {
  const last = readStamp(root, STAMP);
  const known = new Set(sources);
  const reusable = last?.sources.every((file) => known.has(file)) && allThere(root, last.outputs);
  if (!reusable) for (const path of OUTPUTS) rmSync(join(root, path), { recursive: true, force: true });
  writeStamp(root, STAMP, { sources, outputs: reusable ? last.outputs : [] });
}

async function runSteps(steps, { root, lock, signal }) {
  for (const { title, command, folder = "" } of steps) {
    const start = performance.now();
    await runCommand([process.execPath, ...command], { cwd: join(root, folder), signal, lock });
    console.error(`${title} in ${secondsSince(start)}`);
  }
}

function hashOf(root, files) {
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update("\0");
  return hash.digest("hex");
}

function allThere(root, files) {
  return files.every((file) => existsSync(join(root, file)));
}

/** The files at and under some paths, without those whose name, or a folder's name, is to be skipped. */
function filesIn(root, paths, skipped) {
  return paths.flatMap((path) => {
    const entry = statSync(join(root, path), { throwIfNoEntry: false });
    if (entry === undefined) return [];
    if (!entry.isDirectory()) return [path];
    const names = readdirSync(join(root, path)).filter((name) => !skipped?.test(name));
    return filesIn(
      root,
      names.sort().map((name) => `${path}/${name}`),
      skipped,
    );
  });
}
