import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";

const FAKE_CHECKS = [
  "@biomejs/biome/bin/biome",
  "typescript/bin/tsc",
  "vue-tsc/bin/vue-tsc.js",
  "dependency-cruiser/bin/dependency-cruise.mjs",
];
const FAKE_CHECK =
  'if (process.argv.join().includes(process.env.FAULTY)) { console.log("at fault"); process.exitCode = 1; }';

/** Hands over the report that the test wants and fails when a real Jest would. */
const FAKE_JEST = `
  const { REPORT, JEST_CODE, HANGS } = process.env;
  const file = process.argv.find((arg) => arg.startsWith("--outputFile=")).slice("--outputFile=".length);
  if (REPORT) require("node:fs").writeFileSync(file, REPORT);
  console.log(process.argv.slice(2).filter((arg) => !arg.startsWith("--outputFile=")).join(" "));
  process.exitCode = Number(JEST_CODE);
  if (HANGS) setInterval(() => {}, 1000);`;

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "sentiloop-test-command-"));
  cpSync(".ci", join(root, ".ci"), { recursive: true });
  for (const tool of FAKE_CHECKS) write(`node_modules/${tool}`, FAKE_CHECK);
  write("node_modules/jest/bin/jest.js", FAKE_JEST);
});

afterAll(() => rmSync(root, { recursive: true }));

function write(file: string, content: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}

interface Situation {
  passed?: number;
  failed?: number;
  skipped?: number;
  /** Test files that could not be run at all. */
  broken?: number;
  /** A check that finds fault. */
  faulty?: string;
  jestCode?: number;
  /** Jest does not end by itself. */
  hangs?: boolean;
  args?: string[];
}

function runTests({ passed = 0, failed = 0, skipped = 0, broken = 0, hangs = false, ...situation }: Situation) {
  const report = {
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: skipped,
    numRuntimeErrorTestSuites: broken,
  };
  const { faulty = "none", args = [] } = situation;
  const code = situation.jestCode ?? (failed + broken > 0 ? 1 : 0);
  const env = {
    ...process.env,
    FAULTY: faulty,
    REPORT: JSON.stringify(report),
    JEST_CODE: String(code),
    HANGS: hangs ? "yes" : "",
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [".ci/test.mjs", ...args], {
    cwd: root,
    env,
    encoding: "utf8",
  });
  return { status, stderr, arguments: stdout.split("\n").at(-3), summary: stdout.split("\n").at(-2) };
}

test.each<[string, Situation, string, number]>([
  ["succeeds when all tests pass", { passed: 3 }, "3 passed, 0 failed", 0],
  ["names skipped tests", { passed: 3, skipped: 2 }, "3 passed, 0 failed, 2 skipped", 0],
  ["fails when a test fails", { passed: 3, failed: 1 }, "3 passed, 1 failed", 1],
  ["fails when a test file cannot be run", { passed: 3, broken: 2 }, "3 passed, 2 failed", 1],
  ["counts the checks that fail", { passed: 3, faulty: "tsc" }, "3 passed, 2 failed", 1],
  ["fails when no test ran", { jestCode: 1 }, "0 passed, 1 failed", 1],
  ["fails when every test was skipped", { skipped: 4 }, "0 passed, 0 failed, 4 skipped", 1],
  ["ends a Jest that does not end, and fails", { passed: 3, hangs: true }, "3 passed, 1 failed", 1],
  ["fails when Jest fails without saying why", { passed: 3, jestCode: 1 }, "3 passed, 1 failed", 1],
])("npm test %s", (_, situation, summary, status) => {
  expect(runTests(situation)).toMatchObject({ summary, status });
});

test("npm test shows what a check found", () => {
  expect(runTests({ passed: 1, faulty: "dependency-cruise" }).stderr).toContain("Imports: FAILED\nat fault\n");
});

test("npm test leaves the slow suites out unless they are asked for, and hands on Jest's arguments", () => {
  const slow = "--testMatch=**/*.slow.ts";
  expect(runTests({ passed: 1, args: ["test/api"] }).arguments).toMatch(
    /^--config=test\/jest.config.js test\/api --json\b/,
  );
  expect(runTests({ passed: 1, args: ["test/api"] }).arguments).not.toContain(slow);
  expect(runTests({ passed: 1, args: ["--slow"] }).arguments).toContain(slow);
});
