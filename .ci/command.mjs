import { spawn } from "node:child_process";

/** How long a command may take to end after it was asked to, in milliseconds, before it is killed. */
const GRACE = 1000;

/** A command that failed. `message` says which, `output` holds all that it printed. */
export class CommandError extends Error {
  name = "CommandError";

  constructor(message, output) {
    super(message);
    this.output = output;
  }
}

/**
 * Runs a program to its end and gives all that it printed.
 * @param {string[]} command the program and its arguments
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {AbortSignal} [options.signal] asks the program to end; the call returns when it has
 * @param {number} [options.lock] an open file that the program keeps open as long as it runs
 * @returns {Promise<string>} standard output and standard error together
 * @throws CommandError when the program cannot be started, fails or is stopped
 */
export function runCommand([program, ...args], { cwd, signal, lock = "ignore" } = {}) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new CommandError(`${program} was not started: interrupted.`, ""));
    const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "pipe", lock] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk) => {
        output += chunk;
      });
    }
    const stop = () => stopChild(child);
    signal?.addEventListener("abort", stop, { once: true });
    child.on("error", (error) => reject(new CommandError(`${program} could not be started: ${error.message}`, output)));
    child.on("close", (code, killedBy) => {
      signal?.removeEventListener("abort", stop);
      if (code === 0) resolve(output);
      else reject(new CommandError(`${program} ${args.join(" ")}\nended with ${killedBy ?? `code ${code}`}.`, output));
    });
  });
}

function stopChild(child) {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), GRACE);
  child.on("close", () => clearTimeout(timer));
}

/** Seconds since a moment of `performance.now()`, as people read them. */
export function secondsSince(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
