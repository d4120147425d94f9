import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type ProcessInfo, processTree } from "./processes.js";

const ENTRY = fileURLToPath(new URL("../../api/dist/local.js", import.meta.url));

export interface StartOptions {
  data: string;
  args?: readonly string[];
  env?: Record<string, string>;
}

/** How a process ended and all that it had printed. */
export interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
}

/** What `npm start` runs once everything is built, in processes of its own. */
export class Sentiloop {
  private output = "";

  /** Settles when the process has ended. */
  readonly end: Promise<End>;

  private constructor(readonly process: ChildProcess) {
    this.end = once(process, "close").then(([code, signal]) => ({ code, signal, output: this.output }));
    for (const stream of [process.stdout, process.stderr]) {
      stream?.on("data", (chunk) => {
        this.output += chunk;
      });
    }
  }

  /** An empty data folder; it is for the test to remove it. */
  static emptyFolder(): string {
    return mkdtempSync(join(tmpdir(), "sentiloop-data-"));
  }

  /** Spawns it without waiting for anything. */
  static spawn({ data, args = [], env = {} }: StartOptions): Sentiloop {
    return new Sentiloop(
      spawn(process.execPath, [ENTRY, ...args], {
        env: { ...process.env, SENTILOOP_DATA: data, PORT: "0", ...env },
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  }

  /** Spawns it and waits until it is ready. */
  static async start(options: StartOptions): Promise<Sentiloop & { address: string }> {
    const sentiloop = Sentiloop.spawn(options);
    const address = await Promise.race([sentiloop.readyAddress(), sentiloop.end]);
    if (typeof address !== "string") throw new Error(`Sentiloop did not start: ${address.output}`);
    return Object.assign(sentiloop, { address });
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** The child process whose command line holds this. */
  child(part: string): ProcessInfo {
    const found = processTree(this.pid).find(({ pid, command }) => pid !== this.pid && command.includes(part));
    if (found === undefined) throw new Error(`no process runs ${part}`);
    return found;
  }

  /** Sends a signal and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<End> {
    this.process.kill(signal);
    return this.end;
  }

  private async readyAddress(): Promise<string> {
    const { stdout } = this.process;
    if (stdout === null) throw new Error("no standard output");
    for await (const line of createInterface(stdout)) {
      const address = /^Sentiloop is ready at (http:\S+)$/.exec(line)?.[1];
      if (address !== undefined) return address;
    }
    return new Promise(() => {});
  }
}
