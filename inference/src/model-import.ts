import * as z from "zod";
import { parseJson, readBounded } from "./bounded-file.js";
import { type Manifest, manifestSchema } from "./manifest.js";
import { ModelError } from "./model-error.js";
import { MAX_FILE_BYTES } from "./model-version.js";
import { type Published, publish } from "./publish.js";
import { problemsOf } from "./schema-problems.js";
import { parseTokenizerFile } from "./tokenizer-file.js";

/** The files that a network made elsewhere comes in. */
export interface ImportedFiles {
  network: string;
  manifest: string;
  tokenizer: string;
  /** Markdown for MODEL_CARD.md; without it the card says where the version comes from. */
  card?: string | undefined;
}

/** What an imported network must be, for people. */
export const IMPORT_CONTRACT = `
The files of a network that was made elsewhere:

  FILE.onnx         One file of at most 64 MiB, without external data.
                    Inputs:  ids [B,T] int32, the words of B texts: 0 padding (at the end), 1 an unknown word,
                               n + 2 the word of index n in the tokenizer's list;
                             ngrams [B,L] int32, the distinct buckets of a text's words and pairs of neighbours
                               ("<s>" before the first, "</s>" after the last, one space between): the FNV-1a hash
                               (32 bits) modulo (ngramBuckets - 1), plus 1; 0 padding. A network may ignore them.
                    Outputs: logits [B,7] float32, in the order anger, disgust, fear, guilt, joy, sadness, shame;
                             neutral [B,1] float32, a logit that is positive when a text carries no emotion
                               (may be absent when thresholds.neutral is null).
                    A row's outputs must not depend on the padding or on the other rows. No operation Loop.
                    How a text becomes words is in inference/src/tokenizer.ts.
  --tokenizer FILE  {"words": [...], "maxTokens": 1 to 1024, "ngramBuckets": 2 or more,
                     "lexicon": {"positive": [...], "negative": [...]} or null, "repairTypos": true or false}
  --manifest FILE   {"labels": [the seven, in the order above], "createdAt": "2026-01-31T12:00:00Z",
                     "parameters", "temperature", "thresholds": {"lowConfidence": 0 to 1, "neutral": 0 to 1 or null},
                     "trainedOnRows", "datasetSha256", "testSha256": SHA-256 of the test file or null,
                     "metrics": {"accuracy", "macroF1", "expectedCalibrationError", "testRows",
                                 "confusion": {truth: {classified: rows}}, which may be absent},
                     "training": {"seed", "epochs", "backend", "recipe", "parent": version or null}}
                    formatVersion, version and files may be there and are made anew.

The version's name is the day of createdAt and the beginning of the network's SHA-256.
`;

const descriptionSchema = manifestSchema
  .omit({ formatVersion: true, version: true, files: true })
  .extend({ formatVersion: z.unknown(), version: z.unknown(), files: z.unknown() });

/**
 * Copies a network that was made elsewhere into a registry folder as a version, once it has passed the checks that
 * every version passes. What the files must be is in `IMPORT_CONTRACT`.
 * @throws ModelError naming the file that is not what it must be
 */
export async function importVersion(registry: string, files: ImportedFiles): Promise<Published> {
  const network = await readBounded(files.network, MAX_FILE_BYTES["model.onnx"]);
  const tokenizerBytes = await readBounded(files.tokenizer, MAX_FILE_BYTES["tokenizer.json"]);
  const tokenizer = parseTokenizerFile(tokenizerBytes, files.tokenizer);
  const description = await readDescription(files.manifest);
  const card = files.card ? (await readBounded(files.card, MAX_FILE_BYTES["MODEL_CARD.md"])).toString() : CARD;
  return publish(registry, { network, tokenizer, card, description });
}

const CARD = `# An imported version

The network was made elsewhere and imported; whoever made it knows what it learned from and what it is good for.
The figures in manifest.json are its maker's.
`;

async function readDescription(
  file: string,
): Promise<Omit<Manifest, "formatVersion" | "version" | "labels" | "files">> {
  const parsed = descriptionSchema.safeParse(parseJson(await readBounded(file, 2 ** 16), file));
  if (!parsed.success) throw new ModelError(`${file} does not describe a version. ${problemsOf(parsed.error)}.`);
  const { formatVersion: _, version: __, files: ___, labels: ____, ...description } = parsed.data;
  return description;
}
