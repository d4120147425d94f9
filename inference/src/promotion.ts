import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { replaceDurably } from "./durable-file.js";
import type { EngineChoice } from "./engine-choice.js";
import { withFolderLock } from "./folder-lock.js";
import type { Manifest } from "./manifest.js";
import { ModelError } from "./model-error.js";
import { readManifest } from "./model-version.js";
import { appendHistory, type HistoryEntry, readHistory, versionBefore } from "./promotion-history.js";
import { ALIAS_FILE, type ModelRegistry } from "./registry.js";
import { openVersion } from "./self-check.js";
import { comparability } from "./version-comparison.js";

/** Who wants a version to serve, and how much. */
export interface PromotionRequest {
  actor: string;
  /** Whether to take it although it measured worse than the one that serves. */
  force?: boolean | undefined;
}

/** What a promotion or a rollback did. */
export interface Promotion {
  version: string;
  /** The version that the alias named before; null when that could not be read. */
  previous: string | null;
  /** What is to be known of the comparison of the two; undefined when there was nothing to compare. */
  note: string | undefined;
}

/**
 * Chooses the version that serves: checks it whole, then writes the alias `serving` of the first registry folder.
 * Services that watch the folder follow. Promotions come one after the other, whichever processes make them.
 */
export class Promoter {
  readonly #registry: ModelRegistry;
  readonly #engine: EngineChoice | undefined;

  /** @param engine what is to compute the versions, and so checks them */
  constructor(registry: ModelRegistry, engine?: EngineChoice) {
    this.#registry = registry;
    this.#engine = engine;
  }

  /**
   * Lets a version serve.
   * @throws VersionNotFound when there is none of this name, ModelError when it is not in order or, unless it is
   *   forced, has a lower accuracy than the one that serves on the same test rows
   */
  promote(version: string, { actor, force = false }: PromotionRequest): Promise<Promotion> {
    return this.#exclusively(async (folder) => {
      const manifest = await this.#verified(version);
      const previous = await this.#current();
      const { worse, note } = await this.#comparison(manifest, previous);
      if (worse && !force) throw new ModelError(`${note} It is not promoted; force it if that is meant.`);
      const entry = { action: "promote", actor, from: previous, to: version, forced: worse } as const;
      if (version !== previous) await write(folder, entry);
      return { version, previous, note };
    });
  }

  /**
   * Lets the version serve that served before the last promotion; once more, the one before that.
   * @throws ModelError when there was none, or it is no longer in order
   */
  rollback(actor: string): Promise<Promotion> {
    return this.#exclusively(async (folder) => {
      const previous = await this.#current();
      const version = versionBefore(await readHistory(folder), previous);
      if (version === undefined) {
        throw new ModelError(
          `There is nothing to roll back to: no promotion before ${previous} is known in ${folder}.`,
        );
      }
      await this.#verified(version);
      await write(folder, { action: "rollback", actor, from: previous, to: version, forced: false });
      return { version, previous, note: undefined };
    });
  }

  async #exclusively<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const [folder] = this.#registry.folders;
    if (folder === undefined) throw new ModelError("There is no registry folder to promote a version in.");
    try {
      await mkdir(folder, { recursive: true });
      return await withFolderLock(folder, () => work(folder));
    } catch (error) {
      if (error instanceof ModelError || (error as NodeJS.ErrnoException).syscall === undefined) throw error;
      throw new ModelError(`${folder} cannot be written to: ${(error as Error).message}.`);
    }
  }

  async #verified(version: string): Promise<Manifest> {
    const { manifest, close } = await openVersion(await this.#registry.find(version), this.#engine);
    await close();
    return manifest;
  }

  /** What the alias names. A broken alias is no reason against a promotion: it mends it. */
  async #current(): Promise<string | null> {
    try {
      return (await this.#registry.serving()).version;
    } catch (error) {
      if (error instanceof ModelError) return null;
      throw error;
    }
  }

  async #comparison(next: Manifest, previous: string | null): Promise<{ worse: boolean; note: string | undefined }> {
    if (previous === null || previous === next.version) return { worse: false, note: undefined };
    try {
      return compared(next, await readManifest(await this.#registry.find(previous)));
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      return { worse: false, note: `It cannot be compared with ${previous}: ${error.message}` };
    }
  }
}

function compared(next: Manifest, previous: Manifest): { worse: boolean; note: string } {
  const { comparable, reason } = comparability(next, previous);
  if (!comparable) return { worse: false, note: reason };
  const [accuracy, before] = [next.metrics.accuracy, previous.metrics.accuracy];
  const figures = `${next.version} has the accuracy ${accuracy}, ${previous.version} has ${before}, on the same ${next.metrics.testRows} test rows.`;
  return accuracy < before ? { worse: true, note: `Worse: ${figures}` } : { worse: false, note: figures };
}

/** The history first: a version must never serve without it being known who let it. */
async function write(folder: string, change: Omit<HistoryEntry, "at">): Promise<void> {
  await appendHistory(folder, { at: new Date().toISOString(), ...change });
  await replaceDurably(join(folder, ALIAS_FILE), `${JSON.stringify({ version: change.to })}\n`);
}
