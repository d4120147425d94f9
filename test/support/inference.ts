import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A running inference service with the starter model. */
export interface TestInference {
  origin: string;
  stop(): Promise<void>;
}

/** Starts the real service in a process of its own, on a free port. */
export async function startInference(): Promise<TestInference> {
  const child = fork(fileURLToPath(new URL("../../inference/dist/src/server.js", import.meta.url)), [], {
    env: { ...process.env, PORT: "0" },
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ready = await Promise.race([once(child, "message"), once(child, "exit").then(() => undefined)]);
  if (ready === undefined) throw new Error("The inference service did not start.");
  return { origin: ready[0].url, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  await exit;
}
