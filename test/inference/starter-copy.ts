import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ModelRegistry, starterRegistry } from "../../inference/src/registry.js";

/** The folder of the starter version, as it is in the package. Not to be changed. */
export async function starterFolder(): Promise<string> {
  const registry = new ModelRegistry([starterRegistry()]);
  return registry.find((await registry.serving()).version);
}

/** A registry folder of a test's own that holds a copy of the starter version, to be damaged at will. */
export class StarterCopy {
  private constructor(
    readonly registry: string,
    readonly folder: string,
  ) {}

  static async create(): Promise<StarterCopy> {
    const registry = await mkdtemp(join(tmpdir(), "sentiloop-registry-"));
    const starter = await starterFolder();
    const folder = join(registry, basename(starter));
    await cp(starter, folder, { recursive: true });
    await editManifest(folder, measuredAndWithoutNeutral);
    return new StarterCopy(registry, folder);
  }

  get version(): string {
    return basename(this.folder);
  }

  /** Names a version in the alias `serving` of this registry. */
  async serve(version: string): Promise<void> {
    const draft = join(this.registry, ".serving.json");
    await writeFile(draft, JSON.stringify({ version }));
    await rename(draft, join(this.registry, "serving.json"));
  }

  /** Adds a second version: the same files under another name, with some things in the manifest changed. */
  async addTwin(version: string, changes: Record<string, unknown> = {}): Promise<string> {
    const folder = join(this.registry, version);
    await cp(this.folder, folder, { recursive: true });
    await editManifest(folder, (manifest) => ({ ...manifest, version, ...changes }));
    return folder;
  }

  async editManifest(edit: (manifest: Record<string, unknown>) => unknown): Promise<void> {
    await editManifest(this.folder, edit);
  }

  /** Flips one bit in the middle of a file. */
  async corrupt(name: string): Promise<void> {
    const bytes = await readFile(join(this.folder, name));
    const middle = bytes.length >> 1;
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    await writeFile(join(this.folder, name), bytes);
  }

  /** Writes a file of a version and its checksum, as if it had been published so. */
  async publish(name: string, content: Uint8Array, folder = this.folder): Promise<void> {
    await writeFile(join(folder, name), content);
    const checksum = createHash("sha256").update(content).digest("hex");
    await editManifest(folder, (manifest) => ({
      ...manifest,
      files: { ...(manifest.files as object), [name]: checksum },
    }));
  }

  async remove(): Promise<void> {
    await rm(this.registry, { recursive: true });
  }
}

/** So that made-up networks can take its place, and that twins are comparable, whatever the starter version is. */
function measuredAndWithoutNeutral(manifest: Record<string, unknown>) {
  const thresholds = { ...(manifest.thresholds as object), neutral: null };
  return { ...manifest, thresholds, testSha256: "0".repeat(64) };
}

async function editManifest(folder: string, edit: (manifest: Record<string, unknown>) => unknown): Promise<void> {
  const file = join(folder, "manifest.json");
  await writeFile(file, JSON.stringify(edit(JSON.parse(await readFile(file, "utf8")))));
}
