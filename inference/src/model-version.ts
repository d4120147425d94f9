import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { z } from "zod";
import { parseJson, readBounded } from "./bounded-file.js";
import { MANIFEST_FILE, type Manifest, manifestSchema } from "./manifest.js";
import { ModelError } from "./model-error.js";

const KIB = 2 ** 10;
const MIB = 2 ** 20;
const MAX_MANIFEST_BYTES = 64 * KIB;
const MAX_FILE_BYTES = {
  "model.onnx": 64 * MIB,
  "vocabulary.json": 16 * MIB,
  "MODEL_CARD.md": MIB,
} as const satisfies Record<keyof Manifest["files"], number>;

const vocabularySchema = z.array(z.string()).min(1);

/** A model version whose files all have the checksums that its manifest promises. */
export interface ModelVersion {
  folder: string;
  manifest: Manifest;
  vocabulary: string[];
  /** The bytes of model.onnx: the very ones that were checked. */
  network: Uint8Array;
}

/**
 * Reads a version folder and checks the whole of it.
 * @throws ModelError naming the file that is missing, too large or not what the manifest says
 */
export async function loadVersion(folder: string): Promise<ModelVersion> {
  const manifest = await readManifest(folder);
  const network = await readChecked(folder, "model.onnx", manifest);
  const vocabulary = await readChecked(folder, "vocabulary.json", manifest);
  await readChecked(folder, "MODEL_CARD.md", manifest);
  return { folder, manifest, vocabulary: parseVocabulary(vocabulary, join(folder, "vocabulary.json")), network };
}

/**
 * Reads the manifest of a version folder, and nothing else of it.
 * @throws ModelError when it is missing, malformed or names another version than the folder does
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, MANIFEST_FILE);
  const parsed = manifestSchema.safeParse(parseJson(await readBounded(file, MAX_MANIFEST_BYTES), file));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "the whole"}: ${message}`);
    throw new ModelError(`${file} is not a manifest that this service knows. ${problems.join("; ")}.`);
  }
  const manifest = parsed.data;
  if (manifest.version !== basename(folder)) {
    throw new ModelError(
      `${file} is of version "${manifest.version}", but its folder is named "${basename(folder)}". Name them alike.`,
    );
  }
  return manifest;
}

async function readChecked(folder: string, name: keyof Manifest["files"], manifest: Manifest): Promise<Buffer> {
  const file = join(folder, name);
  const bytes = await readBounded(file, MAX_FILE_BYTES[name]);
  const found = createHash("sha256").update(bytes).digest("hex");
  const expected = manifest.files[name];
  if (found !== expected) {
    throw new ModelError(
      `${file} is not the file that its manifest promises: SHA-256 expected ${expected}, found ${found}. Copy the version again.`,
    );
  }
  return bytes;
}

function parseVocabulary(bytes: Buffer, file: string): string[] {
  const vocabulary = vocabularySchema.safeParse(parseJson(bytes, file));
  if (!vocabulary.success) throw new ModelError(`${file} must be a JSON array of words.`);
  return vocabulary.data;
}
