/**
 * Runs a program of this repository on a clone that is ready for it: `node .ci/prepared.mjs [ENTRY [ARGS…]]`.
 *
 * Installs the packages and builds what is missing or older than its sources, says nothing when there is
 * nothing to do, then runs ENTRY (a path from the root of the repository, .ts too) in this very process, so that
 * signals reach it. Without ENTRY it only prepares. All that it prints goes to standard error, because the
 * standard output belongs to ENTRY.
 */
import { constants } from "node:os";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = [20, 19];

function checkNodeVersion() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(`Sentiloop needs Node ${OLDEST_NODE.join(".")} or newer; this is Node ${process.versions.node}.`);
  console.error("Install a newer one from https://nodejs.org and try again.");
  process.exit(1);
}

/** Prepares the clone, or ends this process: with 1 on a failure, with 128 + number of the signal that stopped it. */
async function prepareOrExit() {
  // Not imported at the top: an older Node must get as far as the check above.
  const { prepare } = await import("./prepare.mjs");
  const stop = new AbortController();
  const onSignal = (signal) => stop.abort(signal);
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    await prepare(ROOT, stop.signal);
  } catch (error) {
    if (stop.signal.aborted) process.exit(128 + constants.signals[stop.signal.reason]);
    if (error.name !== "CommandError") throw error;
    process.stderr.write(`${error.output}\n${error.message}\n`);
    process.exit(1);
  }
  process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
}

/** Runs a program as if node had been started with it. */
async function run(entry, args) {
  const file = resolve(ROOT, entry);
  process.argv = [process.argv[0], file, ...args];
  if (file.endsWith(".ts")) {
    const { register } = await import("tsx/esm/api");
    register();
  }
  await import(pathToFileURL(file).href);
}

checkNodeVersion();
await prepareOrExit();
const [entry, ...args] = process.argv.slice(2);
if (entry !== undefined) await run(entry, args);
