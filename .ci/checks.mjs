import { runCommand, secondsSince } from "./command.mjs";

const BIOME = ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings"];
const DEPENDENCY_CRUISER = [
  "node_modules/dependency-cruiser/bin/dependency-cruise.mjs",
  "--config",
  ".dependency-cruiser.mjs",
];

/** What can be said of the sources without running them. Each check is a program that fails when it finds fault. */
const CHECKS = [
  { title: "Types", command: ["node_modules/typescript/bin/tsc", "-b"] },
  {
    title: "Types of the web page and its tests",
    command: ["node_modules/vue-tsc/bin/vue-tsc.js", "--noEmit", "-p", "webapp"],
  },
  {
    title: "Imports",
    command: [...DEPENDENCY_CRUISER, "inference/{contract,src,training}", "{api,webapp,infra}/src", "test"],
  },
];

/**
 * Runs all checks side by side and prints what each of them found.
 * @param {object} [options]
 * @param {boolean} [options.fix] mends the faults of style that can be mended safely
 * @returns {Promise<number>} how many checks found fault
 */
export async function countFailedChecks({ fix = false } = {}) {
  const style = { title: "Style", command: fix ? [...BIOME, "--write"] : BIOME };
  const verdicts = await Promise.all([style, ...CHECKS].map(passes));
  return verdicts.filter((passed) => !passed).length;
}

async function passes({ title, command }) {
  const start = performance.now();
  try {
    await runCommand([process.execPath, ...command]);
    console.error(`${title}: no fault found (${secondsSince(start)})`);
    return true;
  } catch (error) {
    console.error(`${title}: FAILED\n${error.output}\n${error.message}\n`);
    return false;
  }
}
