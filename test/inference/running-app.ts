import { type IncomingHttpHeaders, type RequestOptions, request } from "node:http";
import pino from "pino";
import { AliasWatcher } from "../../inference/src/alias-watcher.js";
import { App } from "../../inference/src/app.js";
import { type Listener, listen } from "../../inference/src/listener.js";
import { Metrics } from "../../inference/src/metrics.js";
import { ModelHost } from "../../inference/src/model-host.js";
import { ModelRegistry, starterRegistry } from "../../inference/src/registry.js";
import { openServingModel, type ServingModel } from "../../inference/src/serving-model.js";

/** An answer as a test looks at it. */
export interface Received {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** How a test wants the service to be. */
export interface RunningAppOptions {
  maxBodyBytes?: number;
  requestTimeoutMs?: number;
  maxQueue?: number;
  deadlineMs?: number;
  /** Further registry folders, before the one of the package. */
  registries?: string[];
  /** How often to look at the alias, in milliseconds; 0 for only when a promotion asks. */
  watchMs?: number;
}

/** The service on a free port of this process, with the starter version and its log in memory. */
export class RunningApp {
  #broken = false;

  private constructor(
    readonly app: App,
    readonly model: ServingModel,
    readonly host: ModelHost,
    readonly watcher: AliasWatcher,
    readonly logged: readonly string[],
    private readonly listener: Listener,
  ) {}

  static async start(options: RunningAppOptions = {}): Promise<RunningApp> {
    const { maxBodyBytes = 8 * 2 ** 20, requestTimeoutMs = 30_000, maxQueue = 2048, deadlineMs = 10_000 } = options;
    const registry = new ModelRegistry([...(options.registries ?? []), starterRegistry()]);
    const model = await openServingModel(registry);
    const logged: string[] = [];
    const log = pino({ level: "trace" }, { write: (line) => logged.push(line) });
    const host = new ModelHost(model);
    const metrics = new Metrics(model);
    const watcher = new AliasWatcher({ registry, host, metrics, log, intervalMs: options.watchMs || 1000 });
    const limits = { maxQueue, deadlineMs };
    const app = new App({ host, registry, watcher, metrics, limits, maxBodyBytes, log });
    const listener = await listen(app, { host: "127.0.0.1", port: 0, requestTimeoutMs });
    if (options.watchMs) watcher.start();
    return new RunningApp(app, model, host, watcher, logged, listener);
  }

  get url(): string {
    return this.listener.url;
  }

  async stop(): Promise<void> {
    await this.listener.stop();
    await this.watcher.stop();
    if (!this.#broken) await this.host.close();
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
    return this.post(PREDICT_PATH, body, headers);
  }

  /** Posts a body, as JSON unless the headers say otherwise. */
  post(path: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Received> {
    return exchange(this.url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
  }
}

export const PREDICT_PATH = "/v1/models/emotion:predict";
export const EXPLAIN_PATH = "/v1/models/emotion:explain";
export const PROMOTE_PATH = "/v1/models/emotion:promote";

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
