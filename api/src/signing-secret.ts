import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A random secret of 32 bytes, kept in a folder so that it stays the same from start to start. */
export function signingSecret(folder: string): Buffer {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "secret");
  try {
    writeFileSync(file, randomBytes(32), { flag: "wx", mode: 0o600, flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(file);
}
