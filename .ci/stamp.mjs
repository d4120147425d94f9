import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The stamps of a clone: what is installed and built, so that the next start need not do it again. */
const FOLDER = "node_modules/.sentiloop";

/** A stamp's value, or undefined when there is none that can be read. */
export function readStamp(root, name) {
  try {
    return JSON.parse(readFileSync(join(root, FOLDER, name), "utf8"));
  } catch {
    return undefined;
  }
}

/** Writes a stamp whole or not at all. */
export function writeStamp(root, name, value) {
  const file = join(root, FOLDER, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(value));
  renameSync(`${file}.new`, file);
}

export function removeStamp(root, name) {
  rmSync(join(root, FOLDER, name), { force: true });
}
