import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { parseJson, readBounded } from "./bounded-file.js";
import { MANIFEST_FILE, type Manifest, manifestSchema } from "./manifest.js";
import { ModelError } from "./model-error.js";
import { problemsOf } from "./schema-problems.js";
import { parseTokenizerFile, type TokenizerFile } from "./tokenizer-file.js";

const KIB = 2 ** 10;
const MIB = 2 ** 20;
const MAX_MANIFEST_BYTES = 64 * KIB;

/** The most bytes that each file of a version folder may have. */
export const MAX_FILE_BYTES = {
  "model.onnx": 64 * MIB,
  "tokenizer.json": 16 * MIB,
  "MODEL_CARD.md": MIB,
  "report.html": 16 * MIB,
} as const satisfies Record<keyof Manifest["files"], number>;

/** A model version whose files all have the checksums that its manifest promises. */
export interface ModelVersion {
  folder: string;
  manifest: Manifest;
  /** What its tokenizer is made of. */
  tokenizer: TokenizerFile;
  /** The bytes of model.onnx: the very ones that were checked. */
  network: Uint8Array;
}

/**
 * Reads a version folder and checks the whole of it.
 * @throws ModelError naming the file that is missing, too large, a link out of the registry or not what the
 *   manifest says
 */
export async function loadVersion(folder: string): Promise<ModelVersion> {
  const manifest = await readManifest(folder);
  const network = await readChecked(folder, "model.onnx", manifest);
  const tokenizer = await readChecked(folder, "tokenizer.json", manifest);
  await readChecked(folder, "MODEL_CARD.md", manifest);
  if (manifest.files["report.html"] !== undefined) await readChecked(folder, "report.html", manifest);
  return { folder, manifest, tokenizer: parseTokenizerFile(tokenizer, join(folder, "tokenizer.json")), network };
}

/**
 * Reads the manifest of a version folder, and nothing else of it.
 * @throws ModelError when it is missing, malformed or names another version than the folder does
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, MANIFEST_FILE);
  const bytes = await readBounded(file, MAX_MANIFEST_BYTES, dirname(folder));
  const parsed = manifestSchema.safeParse(parseJson(bytes, file));
  if (!parsed.success) {
    throw new ModelError(`${file} is not a manifest that this service knows. ${problemsOf(parsed.error)}.`);
  }
  const manifest = parsed.data;
  if (manifest.version !== basename(folder)) {
    throw new ModelError(
      `${file} is of version "${manifest.version}", but its folder is named "${basename(folder)}". Name them alike.`,
    );
  }
  return manifest;
}

async function readChecked(folder: string, name: keyof Manifest["files"], { files }: Manifest): Promise<Buffer> {
  const file = join(folder, name);
  const bytes = await readBounded(file, MAX_FILE_BYTES[name], dirname(folder));
  const found = createHash("sha256").update(bytes).digest("hex");
  const expected = files[name];
  if (found !== expected) {
    throw new ModelError(
      `${file} is not the file that its manifest promises: SHA-256 expected ${expected}, found ${found}. Copy the version again.`,
    );
  }
  return bytes;
}
