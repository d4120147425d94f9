import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Logger } from "pino";

/** Pauses before starting a process again that ended by itself, in milliseconds; the last one repeats. */
const PAUSES = [100, 250, 500, 1000, 2000];

/** A process that ran this long was well; the pauses start over. In milliseconds. */
const WELL_AFTER = 30_000;

/** How long a process gets to stop by itself, in milliseconds. */
const GRACE = 2000;

export interface ProcessOptions {
  /** What to call it in messages. */
  name: string;
  /** Path of the script. */
  entry: string;
  /** Its environment beside this process's own; gets the port of the start before, so that the address stays. */
  env: (port: string) => Record<string, string>;
  log: Logger;
}

/**
 * A child process that serves HTTP on a port of its choice, reports `{type: "ready", url}` over IPC and is
 * started again, on the same port, whenever it ends by itself.
 */
export class SupervisedProcess {
  private child: ChildProcess | undefined;
  private port = "0";
  private stopping = false;
  private restarts = 0;
  private restart: NodeJS.Timeout | undefined;

  constructor(private readonly options: ProcessOptions) {}

  /**
   * Starts the process.
   * @returns its address
   * @throws when it ends before it is ready; it has said why on standard error
   */
  async start(): Promise<string> {
    const child = this.spawn();
    const ready = once(child, "message").then(([message]) => (message as { url: string }).url);
    const ended = once(child, "exit").then(() => undefined);
    const url = await Promise.race([ready, ended]);
    if (url === undefined) throw new Error(`The ${this.options.name} could not be started.`);
    this.port = new URL(url).port;
    const startedAt = Date.now();
    child.once("exit", (code, signal) => this.startAgain({ code, signal, startedAt }));
    return url;
  }

  /** Ends the process for good: asks it to stop, then kills it. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    const kill = setTimeout(() => child.kill("SIGKILL"), GRACE);
    await exit;
    clearTimeout(kill);
  }

  private spawn(): ChildProcess {
    // A group of its own: Ctrl-C in a terminal reaches this process alone, which stops the others in order.
    this.child = fork(this.options.entry, [], {
      env: { ...process.env, ...this.options.env(this.port) },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      detached: true,
    });
    return this.child;
  }

  private startAgain(end: { code: number | null; signal: string | null; startedAt: number }): void {
    if (this.stopping) return;
    if (Date.now() - end.startedAt > WELL_AFTER) this.restarts = 0;
    const pause = PAUSES[Math.min(this.restarts, PAUSES.length - 1)];
    this.restarts += 1;
    this.options.log.warn({ ...end, pause }, `the ${this.options.name} ended by itself and is started again`);
    this.restart = setTimeout(() => {
      this.start().catch(() => this.startAgain({ code: null, signal: null, startedAt: Date.now() }));
    }, pause);
  }
}
