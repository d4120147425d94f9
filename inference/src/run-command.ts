import { DatasetError } from "../contract/index.js";
import { ConfigError } from "./config.js";
import { ModelError } from "./model-error.js";

/** Someone stopped the command. */
export class Interrupted extends Error {
  override name = "Interrupted";

  /** @param exitCode what a shell expects of a program that a signal ended */
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

/** Does a command's work; what goes wrong is said on standard error, and makes the exit code other than 0. */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`${explained(error)}\n`);
    process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
  }
}

function explained(error: unknown): string {
  if ([DatasetError, ModelError, ConfigError, Interrupted].some((kind) => error instanceof kind)) {
    return (error as Error).message;
  }
  // The system's own messages name the file and what is wrong with it.
  if ((error as NodeJS.ErrnoException | undefined)?.syscall !== undefined) return (error as Error).message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
