/**
 * `npm test [-- --slow] [-- JEST'S ARGUMENTS]`: the checks of `npm run lint`, then Jest; `--slow` adds the suites named
 * `*.slow.ts`. The last line counts the tests, and among the failed ones also checks and files that failed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countFailedChecks } from "./checks.mjs";

const NO_TEST_RUN = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numRuntimeErrorTestSuites: 0 };

/** How long Jest may take to end once it has reported, in milliseconds. */
const TIME_TO_END = 5000;

/** Runs Jest and gives its report as it writes it for programs. */
async function runJest(args) {
  const folder = mkdtempSync(join(tmpdir(), "sentiloop-test-"));
  const reportFile = join(folder, "report.json");
  try {
    const jest = spawn(process.execPath, jestCommand(args, reportFile), { stdio: "inherit" });
    process.on("SIGTERM", () => jest.kill("SIGTERM"));
    endIfItHangs(jest, reportFile);
    const [code] = await once(jest, "close");
    return { succeeded: code === 0, ...NO_TEST_RUN, ...readReport(reportFile) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ends a Jest that has reported but does not end, because something that a test started still runs; it then fails. */
function endIfItHangs(jest, reportFile) {
  const watch = setInterval(() => {
    if (!existsSync(reportFile)) return;
    clearInterval(watch);
    setTimeout(() => {
      console.error("Jest was ended: something that a test started still runs.");
      jest.kill("SIGKILL");
    }, TIME_TO_END).unref();
  }, 200).unref();
}

function jestCommand(args, reportFile) {
  const suites = args.includes("--slow") ? ["--testMatch=**/*.test.ts", "--testMatch=**/*.slow.ts"] : [];
  return [
    "--experimental-vm-modules",
    // Jest needs that experimental flag to run ES modules; the warning about it would tell nobody anything.
    "--disable-warning=ExperimentalWarning",
    "node_modules/jest/bin/jest.js",
    "--config=test/jest.config.js",
    ...args.filter((arg) => arg !== "--slow"),
    "--json",
    `--outputFile=${reportFile}`,
    ...suites,
  ];
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    console.error("Jest ended without a report.");
    return {};
  }
}

const failedChecks = await countFailedChecks();
const report = await runJest(process.argv.slice(2));

const passed = report.numPassedTests;
const failedTests = failedChecks + report.numFailedTests + report.numRuntimeErrorTestSuites;
// Jest also fails for reasons that it does not count: no test was found, or it had to be ended.
const failed = failedTests === 0 && !report.succeeded ? 1 : failedTests;
const skipped = report.numPendingTests > 0 ? `, ${report.numPendingTests} skipped` : "";
console.log(`${passed} passed, ${failed} failed${skipped}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
