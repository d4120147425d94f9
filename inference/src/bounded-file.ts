import { readFile, stat } from "node:fs/promises";
import { ModelError } from "./model-error.js";

/**
 * The bytes of a file of a model registry.
 * @throws ModelError when it is missing, unreadable, no plain file, or larger than `maxBytes`
 */
export async function readBounded(file: string, maxBytes: number): Promise<Buffer> {
  try {
    const found = await stat(file);
    if (!found.isFile()) throw new ModelError(`${file} is not a file.`);
    if (found.size > maxBytes) {
      throw new ModelError(`${file} has ${found.size} bytes; at most ${maxBytes} are allowed.`);
    }
    return await readFile(file);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new ModelError(missing ? `${file} is missing.` : `${file} cannot be read: ${(error as Error).message}`);
  }
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
