import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";

export const SERVER = fileURLToPath(new URL("../../inference/src/server.ts", import.meta.url));

/** The service as a process of its own, as operators run it. */
export class ServerProcess {
  stdout = "";
  stderr = "";
  /** The exit code, or the signal that ended the process. */
  readonly exited: Promise<number | string>;
  readonly messages: unknown[] = [];

  private constructor(readonly child: ChildProcess) {
    child.stdout?.on("data", (chunk) => {
      this.stdout += chunk;
    });
    child.stderr?.on("data", (chunk) => {
      this.stderr += chunk;
    });
    child.on("message", (message) => this.messages.push(message));
    // The event "close" would say both at once, but never comes when the channel was closed first.
    const ended = [once(child, "exit"), ...[child.stdout, child.stderr].map((output) => output && finished(output))];
    this.exited = Promise.all(ended).then(([exit]) => exit?.[0] ?? exit?.[1]);
  }

  /** Starts it with nothing in its environment but what is given, and with an IPC channel to this process. */
  static launch(environment: Record<string, string> = {}): ServerProcess {
    const child = spawn(process.execPath, ["--import", "tsx", SERVER], {
      env: { PATH: process.env.PATH, PORT: "0", ...environment },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    return new ServerProcess(child);
  }

  /** Waits for the line that says that the service is ready; gives its address. */
  async ready(): Promise<string> {
    for (;;) {
      const url = / is ready at (\S+) /.exec(this.stdout)?.[1];
      if (url !== undefined) return url;
      if (this.child.exitCode !== null) throw new Error(`The service ended before it was ready: ${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
