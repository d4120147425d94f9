import { type IncomingHttpHeaders, type RequestOptions, request } from "node:http";
import pino from "pino";
import { App } from "../../inference/src/app.js";
import { type Listener, listen } from "../../inference/src/listener.js";
import { ModelRegistry, starterRegistry } from "../../inference/src/registry.js";
import { openServingModel, type ServingModel } from "../../inference/src/serving-model.js";

/** An answer as a test looks at it. */
export interface Received {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** The service on a free port of this process, with the starter version and its log in memory. */
export class RunningApp {
  #broken = false;

  private constructor(
    readonly app: App,
    readonly model: ServingModel,
    readonly logged: readonly string[],
    private readonly listener: Listener,
  ) {}

  static async start({ maxBodyBytes = 8 * 2 ** 20, requestTimeoutMs = 30_000 } = {}): Promise<RunningApp> {
    const registry = new ModelRegistry([starterRegistry()]);
    const model = await openServingModel(registry);
    const logged: string[] = [];
    const log = pino({ level: "trace" }, { write: (line) => logged.push(line) });
    const app = new App({ model, registry, maxBodyBytes, log });
    const listener = await listen(app, { host: "127.0.0.1", port: 0, requestTimeoutMs });
    return new RunningApp(app, model, logged, listener);
  }

  get url(): string {
    return this.listener.url;
  }

  async stop(): Promise<void> {
    await this.listener.stop();
    if (!this.#broken) await this.model.close();
  }

  /** Makes every prediction from now on fail inside the service. */
  async breakModel(): Promise<void> {
    await this.model.close();
    this.#broken = true;
  }

  get(path: string): Promise<Received> {
    return exchange(this.url + path, { method: "GET" });
  }

  /** Posts a body to the predict path, as JSON unless the headers say otherwise. */
  predict(body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Received> {
    return exchange(`${this.url}${PREDICT_PATH}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
  }
}

export const PREDICT_PATH = "/v1/models/emotion:predict";

/** One request on a connection of its own. */
export function exchange(
  url: string,
  { body, ...options }: RequestOptions & { body?: string | Uint8Array },
): Promise<Received> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, ...options }, async (response) => {
      response.setEncoding("utf8");
      const parts: string[] = [];
      for await (const part of response) parts.push(part);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text: parts.join("") });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
