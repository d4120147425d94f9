import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runCommand, secondsSince } from "./command.mjs";
import { readStamp, removeStamp, writeStamp } from "./stamp.mjs";

const STAMP = "install";
/** npm's own note of what it installed; it writes it last. */
const INSTALLED = "node_modules/.package-lock.json";

/** Whether node_modules holds what package-lock.json names, installed for this version of Node. */
export function packagesAreCurrent(root) {
  const wanted = installationOf(root);
  const stamp = readStamp(root, STAMP);
  if (stamp?.lock === wanted.lock && stamp.node === wanted.node) return true;
  // Somebody ran npm ci or npm install by hand: doing it again would only take time.
  const sameNode = stamp === undefined || stamp.node === wanted.node;
  if (!sameNode || !npmInstalledTheLock(root)) return false;
  writeStamp(root, STAMP, wanted);
  return true;
}

/** Installs what package-lock.json names, development packages included whatever NODE_ENV says. */
export async function installPackages(root, { signal, lock }) {
  const start = performance.now();
  const wanted = installationOf(root);
  removeStamp(root, STAMP);
  // While npm empties node_modules nothing there may pass for a whole installation.
  rmSync(join(root, INSTALLED), { force: true });
  process.stderr.write("Installing the packages of package-lock.json (npm ci)… ");
  try {
    const command = ["npm", "ci", "--loglevel=error", "--include=dev", "--include=optional"];
    await runCommand(command, { cwd: root, signal, lock });
    writeStamp(root, STAMP, wanted);
    console.error(secondsSince(start));
  } catch (error) {
    console.error(`failed after ${secondsSince(start)}`);
    throw error;
  }
}

function installationOf(root) {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  return { lock, node: process.versions.node.split(".")[0] };
}

function npmInstalledTheLock(root) {
  const installed = packagesNamedBy(join(root, INSTALLED));
  const locked = packagesNamedBy(join(root, "package-lock.json"));
  // Optional packages are those of other systems; "" is the repository itself. npm install --package-lock-only notes
  // what it did not install.
  return Object.entries(locked).every(
    ([path, { version, optional }]) =>
      path === "" || optional || (installed[path]?.version === version && existsSync(join(root, path))),
  );
}

function packagesNamedBy(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, "utf8")).packages ?? {};
  } catch {
    return {};
  }
}
