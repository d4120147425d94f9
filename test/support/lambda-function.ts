import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ApiGatewayAnswer } from "../../api/src/api-gateway-event.js";

const RUNTIME = fileURLToPath(new URL("lambda-runtime.mjs", import.meta.url));

/** The folder that is uploaded to AWS. */
export const LAMBDA_BUNDLE = fileURLToPath(new URL("../../api/dist/lambda", import.meta.url));

/** The bundle in a process of its own, called as AWS Lambda calls it. */
export class LambdaFunction {
  private calls = 0;
  /** All that it has written to standard output and standard error. */
  output = "";

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (this.output += chunk));
  }

  /** Loads it. @throws an error with its output when it does not start */
  static async load(env: Record<string, string>): Promise<LambdaFunction> {
    const entry = pathToFileURL(`${LAMBDA_BUNDLE}/lambda.mjs`).href;
    const child = fork(RUNTIME, [entry], {
      env: { PATH: process.env.PATH, ...env },
      execArgv: [],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const loaded = new LambdaFunction(child);
    const ready = await Promise.race([once(child, "message"), once(child, "close").then(() => undefined)]);
    if (ready === undefined) throw new Error(loaded.output);
    return loaded;
  }

  /** @throws an error when the function throws, which AWS answers with "Internal Server Error" */
  async invoke(event: unknown): Promise<ApiGatewayAnswer> {
    const id = ++this.calls;
    const answered = new Promise<{ answer?: string; error?: string }>((resolve) => {
      const listener = (message: { id: number; answer?: string; error?: string }) => {
        if (message.id !== id) return;
        this.child.off("message", listener);
        resolve(message);
      };
      this.child.on("message", listener);
    });
    this.child.send({ id, event: JSON.stringify(event) });
    const { answer, error } = await answered;
    if (answer === undefined) throw new Error(error);
    return JSON.parse(answer);
  }

  async stop(): Promise<void> {
    const closed = once(this.child, "close");
    this.child.kill("SIGKILL");
    await closed;
  }
}
