import { rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { EMOTIONS } from "@sentiloop/inference/contract";
import { loadVersion } from "../../inference/src/model-version.js";
import { StarterCopy } from "./starter-copy.js";

let copy: StarterCopy;

beforeEach(async () => {
  copy = await StarterCopy.create();
});

afterEach(() => copy.remove());

test("loads the starter version with the emotions in the order of the contract", async () => {
  const version = await loadVersion(copy.folder);
  expect(version.manifest.version).toBe(copy.version);
  expect(version.manifest.labels).toEqual(EMOTIONS);
  expect(version.vocabulary.length).toBeGreaterThan(1000);
});

describe.each(["model.onnx", "vocabulary.json", "MODEL_CARD.md"])("%s", (file) => {
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

test("a vocabulary that is no list of words is refused although its checksum is right", async () => {
  await copy.publish("vocabulary.json", Buffer.from('{"happy": 1}'));
  expect(await failure()).toContain("vocabulary.json must be");
});

async function failure(): Promise<string> {
  return loadVersion(copy.folder).then(
    () => "the version was loaded",
    (error: Error) => error.message,
  );
}
