import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EMOTIONS } from "../contract/index.js";
import { FORMAT_VERSION, MANIFEST_FILE, type Manifest, manifestSchema } from "./manifest.js";
import { ModelError } from "./model-error.js";
import { loadVersion } from "./model-version.js";
import { openVersion } from "./self-check.js";
import type { TokenizerFile } from "./tokenizer-file.js";

/** What a version is made of. */
export interface VersionContent {
  /** The bytes of model.onnx. */
  network: Uint8Array;
  tokenizer: TokenizerFile;
  /** The text of MODEL_CARD.md. */
  card: string;
  /** The text of report.html, where there is one. */
  report?: string;
  /** All of the manifest that does not follow from the files. */
  description: Omit<Manifest, "formatVersion" | "version" | "labels" | "files">;
}

/** Where a version went. */
export interface Published {
  version: string;
  folder: string;
  /** Whether the same network and tokenizer were there already; then the folder was left as it is. */
  already: boolean;
}

/** The name of a version: the day on which it was made (UTC), and the beginning of its network's SHA-256. */
export function versionName(createdAt: string, network: Uint8Array): string {
  return `${createdAt.slice(0, 10).replaceAll("-", "")}-${sha256(network).slice(0, 8)}`;
}

/**
 * Writes a version into a registry folder, all of it or nothing: it is written beside, checked as the
 * service would check it, and moved into place.
 * @param signal when it is aborted before the move, nothing is left and its reason is thrown
 * @throws ModelError when what was written is not in order, or another version has the name
 */
export async function publish(registry: string, content: VersionContent, signal?: AbortSignal): Promise<Published> {
  const files = filesOf(content);
  const manifest = manifestOf(content, files);
  const folder = join(registry, manifest.version);
  await mkdir(registry, { recursive: true });
  // The dot keeps the registry from taking an unfinished folder for a version.
  const workshop = await mkdtemp(join(registry, ".publish-"));
  try {
    const draft = join(workshop, manifest.version);
    await mkdir(draft);
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(draft, name), bytes);
    await writeFile(join(draft, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
    await (await openVersion(draft)).close();
    signal?.throwIfAborted();
    const already = existsSync(folder);
    if (already) await assertSame(folder, manifest);
    else await rename(draft, folder);
    return { version: manifest.version, folder, already };
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

type Files = Partial<Record<keyof Manifest["files"], Uint8Array>>;

function filesOf({ network, tokenizer, card, report }: VersionContent): Files {
  return {
    "model.onnx": network,
    "tokenizer.json": Buffer.from(JSON.stringify(tokenizer)),
    "MODEL_CARD.md": Buffer.from(card),
    ...(report !== undefined && { "report.html": Buffer.from(report) }),
  };
}

function manifestOf({ network, description }: VersionContent, files: Files): Manifest {
  return manifestSchema.parse({
    formatVersion: FORMAT_VERSION,
    version: versionName(description.createdAt, network),
    labels: EMOTIONS,
    ...description,
    files: Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)])),
  });
}

/** Two trainings with the same seed and data make the same version; anything else must not share its name. */
async function assertSame(folder: string, { files }: Manifest): Promise<void> {
  const present = (await loadVersion(folder)).manifest.files;
  if (present["model.onnx"] !== files["model.onnx"] || present["tokenizer.json"] !== files["tokenizer.json"]) {
    throw new ModelError(
      `${folder} holds another version of the same name. Move it away, or publish to another folder.`,
    );
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
