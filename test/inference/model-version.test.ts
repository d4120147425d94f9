import { execFileSync } from "node:child_process";
import { rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { EMOTIONS } from "@sentiloop/inference/contract";
import { loadVersion } from "../../inference/src/model-version.js";
import { StarterCopy } from "./starter-copy.js";

const TOKENIZER = { words: ["happy"], maxTokens: 80, ngramBuckets: 32, lexicon: null, repairTypos: false };

let copy: StarterCopy;

beforeEach(async () => {
  copy = await StarterCopy.create();
});

afterEach(() => copy.remove());

test("loads the starter version with the emotions in the order of the contract", async () => {
  const version = await loadVersion(copy.folder);
  expect(version.manifest.version).toBe(copy.version);
  expect(version.manifest.labels).toEqual(EMOTIONS);
  expect(version.tokenizer.words.length).toBeGreaterThan(1000);
});

describe.each(["model.onnx", "tokenizer.json", "MODEL_CARD.md"])("%s", (file) => {
  test("is refused with both checksums when one bit is off", async () => {
    await copy.corrupt(file);
    const error = await failure();
    expect(error).toContain(join(copy.folder, file));
    expect(error).toMatch(/expected [0-9a-f]{64}, found [0-9a-f]{64}/);
  });

  test("is refused when it is missing", async () => {
    await rm(join(copy.folder, file));
    expect(await failure()).toBe(`${join(copy.folder, file)} is missing.`);
  });

  test("is refused when it is larger than any such file can be", async () => {
    await truncate(join(copy.folder, file), 2 ** 26 + 1);
    expect(await failure()).toMatch(/has 67108865 bytes; at most \d+ are allowed/);
  });
});

test("a version without a manifest is refused", async () => {
  await rm(join(copy.folder, "manifest.json"));
  expect(await failure()).toContain("manifest.json is missing");
});

test("a manifest that is not JSON is refused", async () => {
  await writeFile(join(copy.folder, "manifest.json"), "{");
  expect(await failure()).toContain("manifest.json is not valid JSON");
});

test("a manifest of more than 64 KiB is refused unread", async () => {
  await copy.editManifest((manifest) => ({ ...manifest, padding: "x".repeat(2 ** 16) }));
  expect(await failure()).toMatch(/manifest\.json has \d+ bytes; at most 65536 are allowed/);
});

test("a manifest with the emotions in another order is refused", async () => {
  await copy.editManifest((manifest) => ({ ...manifest, labels: EMOTIONS.toReversed() }));
  expect(await failure()).toMatch(/manifest\.json is not a manifest .*labels\.0: /);
});

test("a manifest without a temperature is refused", async () => {
  await copy.editManifest(({ temperature: _, ...manifest }) => manifest);
  expect(await failure()).toMatch(/manifest\.json is not a manifest .*temperature: /);
});

test("a version in a folder of another name is refused", async () => {
  const folder = join(copy.registry, "other");
  await rename(copy.folder, folder);
  await expect(loadVersion(folder)).rejects.toThrow(`"${copy.version}", but its folder is named "other"`);
});

test.each([
  ["no object", []],
  ["no words", { ...TOKENIZER, words: [] }],
  ["a word that is no text", { ...TOKENIZER, words: [1] }],
  ["a word of 101 letters", { ...TOKENIZER, words: ["a".repeat(101)] }],
  ["more tokens than any network reads", { ...TOKENIZER, maxTokens: 1025 }],
  ["half a lexicon", { ...TOKENIZER, lexicon: { positive: [] } }],
  ["a field that nobody knows", { ...TOKENIZER, stem: true }],
])("a tokenizer with %s is refused although its checksum is right", async (_, content) => {
  await copy.publish("tokenizer.json", Buffer.from(JSON.stringify(content)));
  expect(await failure()).toContain("tokenizer.json is not a tokenizer that this service knows");
});

test("a tokenizer with a million wrong words is refused in few words", async () => {
  await copy.publish("tokenizer.json", Buffer.from(JSON.stringify({ ...TOKENIZER, words: Array(100_000).fill(0) })));
  expect((await failure()).length).toBeLessThan(1000);
});

test("a manifest of another format is refused with both numbers", async () => {
  await copy.editManifest((manifest) => ({ ...manifest, formatVersion: 1 }));
  expect(await failure()).toContain("formatVersion: must be 2");
});

describe("report.html", () => {
  test("is checked when the manifest has it", async () => {
    await copy.publish("report.html", Buffer.from("<p>"));
    expect((await loadVersion(copy.folder)).manifest.files["report.html"]).toMatch(/^[0-9a-f]{64}$/);
    await writeFile(join(copy.folder, "report.html"), "<script>");
    expect(await failure()).toContain("report.html is not the file");
  });
});

describe("links", () => {
  test("that lead out of the registry are refused", async () => {
    const file = join(copy.folder, "tokenizer.json");
    const elsewhere = `${copy.registry}-elsewhere.json`;
    await rename(file, elsewhere);
    await symlink(elsewhere, file);
    expect(await failure()).toContain(`${file} is a link that leads out of ${copy.registry}`);
    await rm(elsewhere);
  });

  test("that stay in the registry are followed", async () => {
    const file = join(copy.folder, "tokenizer.json");
    await rename(file, join(copy.registry, ".shared-tokenizer"));
    await symlink("../.shared-tokenizer", file);
    expect((await loadVersion(copy.folder)).manifest.version).toBe(copy.version);
  });

  test("to a whole folder elsewhere are refused", async () => {
    const elsewhere = `${copy.registry}-elsewhere`;
    await rename(copy.folder, elsewhere);
    await symlink(elsewhere, copy.folder);
    expect(await failure()).toContain("is a link that leads out of");
    await rm(elsewhere, { recursive: true });
  });
});

test.each(["model.onnx", "manifest.json"])(
  "a pipe in place of %s is refused at once, though nobody writes",
  async (name) => {
    const file = join(copy.folder, name);
    await rm(file);
    execFileSync("mkfifo", [file]);
    expect(await failure()).toBe(`${file} is not a file.`);
  },
);

test("a device is refused", async () => {
  const file = join(copy.folder, "model.onnx");
  await rm(file);
  await symlink("/dev/zero", file);
  expect(await failure()).toContain("is a link that leads out of");
});

async function failure(): Promise<string> {
  return loadVersion(copy.folder).then(
    () => "the version was loaded",
    (error: Error) => error.message,
  );
}
