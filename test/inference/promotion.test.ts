import { execFile } from "node:child_process";
import { appendFile, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Promoter } from "../../inference/src/promotion.js";
import { ModelRegistry, starterRegistry } from "../../inference/src/registry.js";
import { VersionNotFound } from "../../inference/src/version-not-found.js";
import { StarterCopy } from "./starter-copy.js";

const TEST_SHA256 = "a".repeat(64);

let copy: StarterCopy;
let registry: ModelRegistry;
let promoter: Promoter;

beforeEach(async () => {
  copy = await StarterCopy.create();
  await copy.editManifest((manifest) => ({ ...manifest, ...measured(0.6) }));
  registry = new ModelRegistry([copy.registry, starterRegistry()]);
  promoter = new Promoter(registry);
});

afterEach(() => copy.remove());

function measured(accuracy: number, testSha256: string | null = TEST_SHA256, testRows = 719) {
  return { testSha256, metrics: { accuracy, macroF1: accuracy, expectedCalibrationError: 0.05, testRows } };
}

async function serving(): Promise<string> {
  return (await registry.serving()).version;
}

async function history(): Promise<Record<string, unknown>[]> {
  const lines = (await readFile(join(copy.registry, "promotions.jsonl"), "utf8")).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}

describe("promoting", () => {
  test("writes the alias of the first registry folder and, before it, who did what when", async () => {
    await copy.addTwin("v2", measured(0.7));
    const before = await serving();
    expect(await promoter.promote("v2", { actor: "Ada" })).toMatchObject({ version: "v2", previous: before });
    expect(await registry.serving()).toEqual({ version: "v2", file: join(copy.registry, "serving.json") });
    expect(await history()).toEqual([
      { at: expect.any(String), actor: "Ada", action: "promote", from: before, to: "v2", forced: false },
    ]);
    expect(Date.now() - Date.parse(String((await history())[0]?.at))).toBeLessThan(60_000);
  });

  test("leaves nothing else in the folder", async () => {
    await copy.addTwin("v2");
    await promoter.promote("v2", { actor: "Ada" });
    expect((await readdir(copy.registry)).sort()).toEqual([copy.version, "promotions.jsonl", "serving.json", "v2"]);
  });

  test("what serves already changes nothing", async () => {
    await copy.serve(copy.version);
    expect(await promoter.promote(copy.version, { actor: "Ada" })).toMatchObject({ previous: copy.version });
    await expect(history()).rejects.toThrow("ENOENT");
  });

  test("refuses what does not exist, and what is not in order, and then changes nothing", async () => {
    const before = await serving();
    await expect(promoter.promote("v999", { actor: "Ada" })).rejects.toThrow(VersionNotFound);
    await expect(promoter.promote("../v2", { actor: "Ada" })).rejects.toThrow(VersionNotFound);
    await copy.publish("model.onnx", Buffer.from("no network"), await copy.addTwin("v2"));
    await expect(promoter.promote("v2", { actor: "Ada", force: true })).rejects.toThrow("self-check");
    expect(await serving()).toBe(before);
  });

  test("takes a broken alias for none and mends it", async () => {
    await writeFile(join(copy.registry, "serving.json"), "{");
    expect(await promoter.promote(copy.version, { actor: "Ada" })).toMatchObject({ previous: null });
    expect(await serving()).toBe(copy.version);
  });

  test("says so when the folder cannot be written to", async () => {
    const file = join(copy.registry, "a-file");
    await writeFile(file, "");
    const nowhere = new Promoter(new ModelRegistry([file, copy.registry]));
    await expect(nowhere.promote(copy.version, { actor: "Ada" })).rejects.toThrow(`${file} cannot be written to`);
  });
});

describe("a version that measured worse", () => {
  test("on the same test rows is refused unless it is forced", async () => {
    await copy.serve(copy.version);
    await copy.addTwin("v2", measured(0.59));
    await expect(promoter.promote("v2", { actor: "Ada" })).rejects.toThrow(
      /^Worse: v2 has the accuracy 0\.59, .* has 0\.6, on the same 719 test rows\. It is not promoted/,
    );
    expect(await serving()).toBe(copy.version);
    await promoter.promote("v2", { actor: "Ada", force: true });
    expect((await history()).at(-1)).toMatchObject({ to: "v2", forced: true });
  });

  test.each([
    ["another test file", measured(0.1, "b".repeat(64))],
    ["another number of rows", measured(0.1, TEST_SHA256, 700)],
    ["rows held out of its training file", measured(0.1, null)],
  ])("on %s is promoted, and told not to be comparable", async (_, figures) => {
    await copy.serve(copy.version);
    await copy.addTwin("v2", figures);
    const { note } = await promoter.promote("v2", { actor: "Ada" });
    expect(note).toContain("not comparable");
    expect((await history()).at(-1)).toMatchObject({ forced: false });
  });

  test("than one that is gone is promoted, and told why it cannot be compared", async () => {
    await copy.serve("gone");
    const { note } = await promoter.promote(copy.version, { actor: "Ada" });
    expect(note).toContain('cannot be compared with gone: There is no model version "gone"');
  });
});

describe("rolling back", () => {
  beforeEach(async () => {
    await copy.serve(copy.version);
    for (const version of ["v2", "v3", "v4"]) await copy.addTwin(version);
  });

  async function promote(...versions: string[]): Promise<void> {
    for (const version of versions) await promoter.promote(version, { actor: "Ada" });
  }

  test("goes one step further back each time, until there is none", async () => {
    await promote("v2", "v3");
    await promoter.rollback("Bob");
    expect(await serving()).toBe("v2");
    await promoter.rollback("Bob");
    expect(await serving()).toBe(copy.version);
    await expect(promoter.rollback("Bob")).rejects.toThrow("nothing to roll back to");
    expect((await history()).at(-1)).toMatchObject({ action: "rollback", actor: "Bob", from: "v2", to: copy.version });
  });

  test("goes on from what was promoted after a rollback", async () => {
    await promote("v2", "v3");
    await promoter.rollback("Bob");
    await promote("v4");
    await promoter.rollback("Bob");
    expect(await serving()).toBe("v2");
    await promoter.rollback("Bob");
    expect(await serving()).toBe(copy.version);
  });

  test("goes back through a version that served twice", async () => {
    await promote("v2", "v3", "v2");
    for (const expected of ["v3", "v2", copy.version]) {
      await promoter.rollback("Bob");
      expect(await serving()).toBe(expected);
    }
  });

  test("leaves out a promotion that a crash ended before the alias was written, and a torn line", async () => {
    await promote("v2");
    const at = new Date().toISOString();
    const unfinished = { at, actor: "Ada", action: "promote", from: "v2", to: "v3", forced: false };
    await appendFile(join(copy.registry, "promotions.jsonl"), `${JSON.stringify(unfinished)}\n{"at":"20`);
    await promoter.rollback("Bob");
    expect(await serving()).toBe(copy.version);
    await promote("v4");
    const lines = (await readFile(join(copy.registry, "promotions.jsonl"), "utf8")).split("\n");
    expect(lines[2]).toBe('{"at":"20');
    expect(JSON.parse(lines[4] ?? "")).toMatchObject({ to: "v4" });
  });

  test("goes back to what was promoted when someone wrote the alias by hand", async () => {
    await promote("v2");
    await copy.serve("v4");
    await promoter.rollback("Bob");
    expect(await serving()).toBe("v2");
  });

  test("refuses a version that is no longer in order", async () => {
    await promote("v2");
    await copy.corrupt("model.onnx");
    await expect(promoter.rollback("Bob")).rejects.toThrow("model.onnx is not the file");
    expect(await serving()).toBe("v2");
  });
});

describe("promotions at the same time", () => {
  test("come one after the other: each one's predecessor is the one before", async () => {
    const versions = ["v2", "v3", "v4", "v5"];
    for (const version of versions) await copy.addTwin(version);
    const promoters = versions.map((version) => new Promoter(registry).promote(version, { actor: version }));
    await Promise.all(promoters);
    const entries = await history();
    expect(entries).toHaveLength(4);
    entries.slice(1).forEach(({ from }, index) => {
      expect(from).toBe(entries[index]?.to);
    });
    expect(entries.at(-1)?.to).toBe(await serving());
  });

  test("from several processes come one after the other, too", async () => {
    const command = fileURLToPath(new URL("../../inference/src/models-command.ts", import.meta.url));
    const versions = ["v2", "v3", "v4"];
    for (const version of versions) await copy.addTwin(version);
    await Promise.all(
      versions.map((version) =>
        promisify(execFile)(process.execPath, ["--import", "tsx", command, "promote", version], {
          env: { PATH: process.env.PATH, SENTILOOP_MODELS: copy.registry },
        }),
      ),
    );
    const entries = await history();
    entries.slice(1).forEach(({ from }, index) => {
      expect(from).toBe(entries[index]?.to);
    });
    expect(entries.map(({ to }) => to).sort()).toEqual(versions);
  });

  test("that are killed at any moment leave a version that serves, and a history that tells of it", async () => {
    const command = fileURLToPath(new URL("../../inference/src/models-command.ts", import.meta.url));
    const versions = ["v2", "v3"];
    for (const version of versions) await copy.addTwin(version);
    await promoter.promote("v2", { actor: "Ada" });
    for (let round = 0; round < 8; round += 1) {
      const env = { PATH: process.env.PATH, SENTILOOP_MODELS: copy.registry };
      const child = execFile(
        process.execPath,
        ["--import", "tsx", command, "promote", versions[(round + 1) % 2] ?? ""],
        {
          env,
        },
      );
      const ended = new Promise((resolve) => child.once("exit", resolve));
      const timer = setTimeout(() => child.kill("SIGKILL"), 350 + 40 * round);
      await ended;
      clearTimeout(timer);
      const now = await serving();
      expect((await history()).slice(-2).map(({ to }) => to)).toContain(now);
    }
    await promoter.promote(copy.version, { actor: "Ada" });
    expect(await serving()).toBe(copy.version);
  });

  test("are not held up by one whose process died", async () => {
    await writeFile(join(copy.registry, ".promotion.lock"), await lockOf(await deadPid()));
    await promoter.promote(copy.version, { actor: "Ada" });
    expect(await serving()).toBe(copy.version);
  });

  test("are not held up for ever by one on a machine that is gone, nor by a lock that was cut off", async () => {
    const lock = join(copy.registry, ".promotion.lock");
    await writeFile(lock, "");
    const longAgo = new Date(Date.now() - 1e6);
    await utimes(lock, longAgo, longAgo);
    await promoter.promote(copy.version, { actor: "Ada" });
    expect(await serving()).toBe(copy.version);
  });
});

async function lockOf(pid: number): Promise<string> {
  const { hostname } = await import("node:os");
  return JSON.stringify({ host: hostname(), pid, id: "dead" });
}

async function deadPid(): Promise<number> {
  const child = execFile(process.execPath, ["-e", ""]);
  await new Promise((resolve) => child.once("exit", resolve));
  return child.pid ?? 0;
}
