import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import type { EngineChoice } from "./engine-choice.js";
import { MANIFEST_FILE } from "./manifest.js";
import type { Metrics } from "./metrics.js";
import type { ModelHost } from "./model-host.js";
import { MAX_FILE_BYTES } from "./model-version.js";
import type { RefusedPromotion } from "./refused-promotion.js";
import type { ModelRegistry } from "./registry.js";
import { openServingModel } from "./serving-model.js";

/** What a watcher watches, and what it changes. */
export interface AliasWatcherOptions {
  registry: ModelRegistry;
  host: ModelHost;
  metrics: Metrics;
  log: Logger;
  /** What is to compute the versions. */
  engine?: EngineChoice | undefined;
  /** How often to look, in milliseconds. */
  intervalMs?: number;
}

const INTERVAL_MS = 1000;
const VERSION_FILES = [MANIFEST_FILE, ...Object.keys(MAX_FILE_BYTES)];

/**
 * Lets the version serve that the alias `serving` names, whenever that changes: the new version is loaded and
 * tested beside the old one, which serves on when the new one cannot. It looks at the files again and again, because
 * a network drive tells nobody of changes; it tries a version again only when its files have changed.
 */
export class AliasWatcher {
  readonly #options: AliasWatcherOptions;
  #refused: RefusedPromotion | undefined;
  /** What the alias named and its files looked like at the last try, or why the alias could not be read. */
  #tried: string | undefined;
  #looking: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: AliasWatcherOptions) {
    this.#options = options;
  }

  /** What the alias names but cannot serve; undefined when what it names serves. */
  get refused(): RefusedPromotion | undefined {
    return this.#refused;
  }

  /** Looks now and then from now on, without keeping the process alive. */
  start(): void {
    this.#timer = setTimeout(async () => {
      await this.check();
      if (!this.#stopped) this.start();
    }, this.#options.intervalMs ?? INTERVAL_MS).unref();
  }

  /** Ends when no exchange is under way any more; none follows. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  /** Looks at once. Ends when what the alias names serves or is refused. */
  check(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }

  async #look(): Promise<void> {
    if (this.#stopped) return;
    let version: string | null = null;
    let found: string | undefined;
    try {
      version = (await this.#options.registry.serving()).version;
      found = `${version} ${await this.#signatures(version)}`;
      if (found !== this.#tried) await this.#follow(version);
    } catch (error) {
      const { message } = error as Error;
      found ??= message;
      if (found !== this.#tried) this.#refuse({ version, reason: message });
    }
    this.#tried = found;
  }

  async #follow(version: string): Promise<void> {
    const previous = this.#options.host.current.version;
    if (version !== previous) await this.#exchange(version, previous);
    this.#refused = undefined;
  }

  async #exchange(version: string, previous: string): Promise<void> {
    const { registry, host, metrics, log, engine } = this.#options;
    const opened = await openServingModel(registry, { version, engine });
    const model = { ...opened, reason: "the alias serving names it" };
    host
      .swap(model)
      .catch((error: Error) => log.error({ version: previous, stack: error.stack }, "cannot close a model"));
    metrics.modelServes(model);
    metrics.countSwap();
    log.info({ version, previous }, "another model version serves");
  }

  #refuse(refused: RefusedPromotion): void {
    const { host, metrics, log } = this.#options;
    metrics.countRefusal();
    const known = this.#refused !== undefined && problemOf(this.#refused) === problemOf(refused);
    this.#refused = refused;
    if (!known) log.error({ ...refused, serving: host.current.version }, "a model version is refused");
  }

  /** What changes whenever a file of a version does. It is taken before the files are read, never after. */
  #signatures(version: string): Promise<string> {
    const { folders } = this.#options.registry;
    return signatures(folders.flatMap((folder) => VERSION_FILES.map((name) => join(folder, version, name))));
  }
}

/** A refusal without what changes from look to look while a file is still being copied. */
function problemOf({ reason }: RefusedPromotion): string {
  return reason.replace(/\b[0-9a-f]{64}\b|\b\d+ bytes/g, "…");
}

async function signatures(files: readonly string[]): Promise<string> {
  const found = await Promise.all(files.map((file) => stat(file, { bigint: true }).catch(() => undefined)));
  return found.map((file) => (file ? `${file.ino}:${file.size}:${file.mtimeNs}:${file.ctimeNs};` : ";")).join("");
}
