import { mkdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ModelRegistry, starterRegistry } from "../../inference/src/registry.js";
import { StarterCopy, starterFolder } from "./starter-copy.js";

let copy: StarterCopy;
let registry: ModelRegistry;

beforeEach(async () => {
  copy = await StarterCopy.create();
  registry = new ModelRegistry([copy.registry]);
});

afterEach(() => copy.remove());

describe("listing", () => {
  test("gives every version by name, whatever their age", async () => {
    const twin = await copy.addTwin("0-older-name");
    await utimes(twin, new Date(), new Date());
    const { versions, refused } = await registry.list();
    expect(versions.map(({ manifest }) => manifest.version)).toEqual(["0-older-name", copy.version]);
    expect(refused).toEqual([]);
  });

  test("reports a folder that is no version and goes on", async () => {
    await mkdir(join(copy.registry, "empty"));
    const { versions, refused } = await registry.list();
    expect(versions).toHaveLength(1);
    expect(refused).toEqual([
      { folder: join(copy.registry, "empty"), reason: expect.stringContaining("manifest.json is missing") },
    ]);
  });

  test("leaves plain files and names that start with a dot alone", async () => {
    await mkdir(join(copy.registry, ".being-written"));
    await writeFile(join(copy.registry, "notes.txt"), "");
    expect((await registry.list()).refused).toEqual([]);
  });

  test("reports the second of two versions with one name", async () => {
    const both = new ModelRegistry([copy.registry, starterRegistry()]);
    const { versions, refused } = await both.list();
    expect(versions.find(({ manifest }) => manifest.version === copy.version)?.folder).toBe(copy.folder);
    expect(refused).toEqual([
      { folder: await starterFolder(), reason: expect.stringContaining("Give it another name") },
    ]);
  });

  test("is empty for a registry folder that does not exist", async () => {
    expect(await new ModelRegistry([join(copy.registry, "none")]).list()).toEqual({ versions: [], refused: [] });
  });
});

test("a registry folder that is a file is an error, not an empty registry", async () => {
  const file = join(copy.folder, "MODEL_CARD.md");
  await expect(new ModelRegistry([file]).list()).rejects.toThrow(`${file} cannot be read as a folder`);
});

describe("finding", () => {
  test("gives the folder of a version", async () => {
    expect(await registry.find(copy.version)).toBe(copy.folder);
  });

  test("names the versions that there are when there is no such one", async () => {
    await expect(registry.find("v999")).rejects.toThrow(
      `There is no model version "v999". Choose one of: ${copy.version}.`,
    );
  });

  test("cannot be led out of the registry", async () => {
    await expect(registry.find(`../${basename(copy.registry)}/${copy.version}`)).rejects.toThrow("There is no model");
  });
});

describe("the alias serving", () => {
  test("of a user's registry comes before the one of the package", async () => {
    await copy.addTwin("v2");
    await copy.serve("v2");
    const both = new ModelRegistry([copy.registry, starterRegistry()]);
    expect(await both.serving()).toEqual({ version: "v2", file: join(copy.registry, "serving.json") });
  });

  test("of the package decides when a user's registry has none, however new its versions are", async () => {
    await copy.addTwin("v2");
    const both = new ModelRegistry([copy.registry, starterRegistry()]);
    expect((await both.serving()).file).toBe(join(starterRegistry(), "serving.json"));
  });

  test("that is nowhere is an error, not a guess", async () => {
    await expect(registry.serving()).rejects.toThrow("No version is chosen to be served");
  });

  test.each(['{"version": "../x"}', '{"version": 1}', "[]", "v2"])("refuses to be %s", async (content) => {
    await writeFile(join(copy.registry, "serving.json"), content);
    await expect(registry.serving()).rejects.toThrow(join(copy.registry, "serving.json"));
  });

  test("that is a link to nowhere or a folder is a mistake, not a missing file", async () => {
    const both = new ModelRegistry([copy.registry, starterRegistry()]);
    await symlink("nowhere", join(copy.registry, "serving.json"));
    await expect(both.serving()).rejects.toThrow(`${join(copy.registry, "serving.json")} is missing.`);
    await rm(join(copy.registry, "serving.json"));
    await mkdir(join(copy.registry, "serving.json"));
    await expect(both.serving()).rejects.toThrow("serving.json is not a file");
  });

  test("may name a version that was removed: finding it then says so", async () => {
    await copy.serve(copy.version);
    await rm(copy.folder, { recursive: true });
    const { version } = await registry.serving();
    await expect(registry.find(version)).rejects.toThrow("Choose one of: (none).");
  });
});
