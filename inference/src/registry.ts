import { existsSync, lstatSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { parseJson, readBounded } from "./bounded-file.js";
import { type Manifest, versionNameSchema } from "./manifest.js";
import { ModelError } from "./model-error.js";
import { readManifest } from "./model-version.js";
import { VersionNotFound } from "./version-not-found.js";

/** The file of a registry folder that says which version is served. */
export const ALIAS_FILE = "serving.json";

const MAX_ALIAS_BYTES = 4096;
const aliasSchema = z.strictObject({ version: versionNameSchema });

/** A version folder whose manifest is in order. Its other files are only checked when it is loaded. */
export interface ListedVersion {
  folder: string;
  manifest: Manifest;
}

/** A version folder that cannot be used, and why. */
export interface RefusedFolder {
  folder: string;
  reason: string;
}

/** The version that the alias `serving` names, and the file that says so. */
export interface ServingAlias {
  version: string;
  file: string;
}

/**
 * The model versions of one or more registry folders. A registry folder holds one folder a version and,
 * in `serving.json`, the name of the one to serve. Names that start with a dot are left alone, so that
 * a version can be written under such a name and then moved into place.
 */
export class ModelRegistry {
  readonly #folders: readonly string[];

  /** The registry folders, the one that promotions are written to first. */
  get folders(): readonly string[] {
    return this.#folders;
  }

  /** @param folders the registry folders; in the alias and among equal names the earlier one wins */
  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /**
   * Every version by name, and the folders that are none with the reason.
   * @throws ModelError when a registry folder itself cannot be read
   */
  async list(): Promise<{ versions: ListedVersion[]; refused: RefusedFolder[] }> {
    const versions = new Map<string, ListedVersion>();
    const refused: RefusedFolder[] = [];
    for (const folder of (await Promise.all(this.#folders.map(versionFolders))).flat()) {
      try {
        const manifest = await readManifest(folder);
        const twin = versions.get(manifest.version);
        if (twin) throw new ModelError(`${folder}: the version is already in ${twin.folder}. Give it another name.`);
        versions.set(manifest.version, { folder, manifest });
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        refused.push({ folder, reason: error.message });
      }
    }
    const byName = (a: ListedVersion, b: ListedVersion) => (a.manifest.version < b.manifest.version ? -1 : 1);
    return { versions: [...versions.values()].sort(byName), refused };
  }

  /**
   * The folder of a version.
   * @throws VersionNotFound when there is none, naming the versions that there are
   */
  async find(version: string): Promise<string> {
    // A malformed name is never looked up: it could lead out of the registry.
    if (versionNameSchema.safeParse(version).success) {
      const folder = this.#folders.map((registry) => join(registry, version)).find(isThere);
      if (folder !== undefined) return folder;
    }
    const names = (await this.list()).versions.map(({ manifest }) => manifest.version);
    throw new VersionNotFound(
      `There is no model version "${version}". Choose one of: ${names.join(", ") || "(none)"}.`,
    );
  }

  /**
   * The folder of a version that a person names: by its name, or `serving` for the one that serves.
   * @throws ModelError as `find` and `serving` do
   */
  async findNamed(name: string): Promise<string> {
    return this.find(name === "serving" ? (await this.serving()).version : name);
  }

  /**
   * What the alias `serving` names: the first registry folder that has the file decides. No other rule,
   * such as the age of a folder, ever chooses a version.
   * @throws ModelError when no registry folder has the file, or it cannot be read
   */
  async serving(): Promise<ServingAlias> {
    const file = this.#folders.map((folder) => join(folder, ALIAS_FILE)).find(isThere);
    if (file === undefined) {
      throw new ModelError(
        `No version is chosen to be served: there is no ${ALIAS_FILE} in ${this.#folders.join(", ")}.`,
      );
    }
    const alias = aliasSchema.safeParse(parseJson(await readBounded(file, MAX_ALIAS_BYTES, dirname(file)), file));
    if (!alias.success)
      throw new ModelError(`${file} must be {"version": "<name of a version>"}. Promote a version again.`);
    return { version: alias.data.version, file };
  }
}

/** The registry folder that comes with this package: it holds the starter version. */
export function starterRegistry(): string {
  return join(packageFolder(dirname(fileURLToPath(import.meta.url))), "models");
}

// This file runs from src and, compiled, from dist/src: only the package's own folder has a package.json.
function packageFolder(folder: string): string {
  const parent = dirname(folder);
  return existsSync(join(folder, "package.json")) || parent === folder ? folder : packageFolder(parent);
}

// A link that leads nowhere is there, too: it is a mistake to be told, not a file that is missing.
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

async function versionFolders(registry: string): Promise<string[]> {
  if (!existsSync(registry)) return [];
  const entries = await readdir(registry, { withFileTypes: true }).catch((error: Error) => {
    throw new ModelError(`${registry} cannot be read as a folder of model versions: ${error.message}`);
  });
  const names = entries.filter((entry) => !entry.isFile() && !entry.name.startsWith(".")).map(({ name }) => name);
  return names.sort().map((name) => join(registry, name));
}
