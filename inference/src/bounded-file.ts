import { constants, type Stats } from "node:fs";
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { sep } from "node:path";
import { ModelError } from "./model-error.js";

// Not to wait for a writer when it is a pipe, and not to follow a link that was put there after the check.
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * The bytes of a file of a model registry.
 * @param within the folder in which the file must lie once all links are followed; undefined for anywhere
 * @throws ModelError when it is missing, unreadable, no plain file, elsewhere, or larger than `maxBytes`
 */
export async function readBounded(file: string, maxBytes: number, within?: string): Promise<Buffer> {
  try {
    const target = await realpath(file);
    if (within !== undefined && !target.startsWith(`${await realpath(within)}${sep}`)) {
      throw new ModelError(`${file} is a link that leads out of ${within}. Copy the file itself.`);
    }
    // Before it is opened, which alone can make a device do something.
    assertPlain(await stat(target), file);
    const handle = await open(target, FLAGS);
    try {
      return await readAtMost(handle, maxBytes, file);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof ModelError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new ModelError(missing ? `${file} is missing.` : `${file} cannot be read: ${(error as Error).message}`);
  }
}

function assertPlain(found: Stats, file: string): void {
  if (!found.isFile()) throw new ModelError(`${file} is not a file.`);
}

async function readAtMost(handle: FileHandle, maxBytes: number, file: string): Promise<Buffer> {
  const found = await handle.stat();
  assertPlain(found, file);
  if (found.size > maxBytes) {
    throw new ModelError(`${file} has ${found.size} bytes; at most ${maxBytes} are allowed.`);
  }
  // Not handle.readFile(): the file may grow while it is read.
  const bytes = Buffer.alloc(found.size);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

/**
 * The value that a file of a model registry holds as JSON.
 * @param file what to call the file in an error
 * @throws ModelError when it is not JSON
 */
export function parseJson(bytes: Buffer, file: string): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new ModelError(`${file} is not valid JSON: ${(error as Error).message}`);
  }
}
