import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

interface PackageFile {
  workspaces: string[];
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

interface LockedPackage {
  resolved?: string;
  link?: boolean;
  optionalDependencies?: Record<string, string>;
}

const readJson = (file: string) => JSON.parse(readFileSync(file, "utf8"));
const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" });

const { workspaces }: PackageFile = readJson("package.json");
const packages: Record<string, LockedPackage> = readJson("package-lock.json").packages;

describe("package.json", () => {
  test.each([".", ...workspaces])("of %s pins every version exactly", (folder) => {
    const { dependencies, devDependencies }: PackageFile = readJson(`${folder}/package.json`);
    const notExact = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(notExact).toEqual([]);
  });
});

describe("package-lock.json", () => {
  test("names no address of a registry", () => {
    const addressed = Object.entries(packages).filter(([, { resolved, link }]) => resolved !== undefined && !link);
    expect(addressed).toEqual([]);
  });

  // npm ci dies with "Missing … from lock file" on the first machine that needs the one left out.
  test("names every optional dependency, also those of other systems", () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !isLocked(name, path)),
    );
    expect(missing).toEqual([]);
  });
});

test(".npmrc runs no install scripts and keeps addresses out of the lock file", () => {
  const settings = readFileSync(".npmrc", "utf8").split("\n");
  expect(settings).toEqual(
    expect.arrayContaining(["ignore-scripts=true", "save-exact=true", "omit-lockfile-registry-resolved=true"]),
  );
});

describe("git", () => {
  test.each([
    "node_modules/vue/index.js",
    "api/dist/local.js",
    "api/tsconfig.tsbuildinfo",
    "inference/dist/src/app.js",
    "infra/dist/app.js",
    "infra/cdk.out/manifest.json",
    "webapp/dist/index.html",
    "webapp/src/generated/graphql.ts",
    "data/exports/any.csv",
  ])("ignores %s", (path) => {
    expect(git("check-ignore", "--no-index", path).trim()).toBe(path);
  });

  test("holds nothing that is to be ignored", () => {
    expect(git("ls-files", "--cached", "--ignored", "--exclude-standard")).toBe("");
  });
});

/** Whether Node would find a package from the place of another: in its own node_modules, or in one above it. */
function isLocked(name: string, from: string): boolean {
  if (`${from}/node_modules/${name}`.replace(/^\//, "") in packages) return true;
  return from !== "" && isLocked(name, from.slice(0, Math.max(0, from.lastIndexOf("/"))));
}
