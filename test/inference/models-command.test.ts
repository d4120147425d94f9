import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { EMOTIONS } from "@sentiloop/inference/contract";
import { madeUpNetwork, withExternalData } from "./made-up-network.js";
import { StarterCopy } from "./starter-copy.js";

const COMMAND = fileURLToPath(new URL("../../inference/src/models-command.ts", import.meta.url));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

let copy: StarterCopy;

beforeEach(async () => {
  copy = await StarterCopy.create();
  await copy.serve(copy.version);
});

afterEach(() => copy.remove());

/** Runs the command as operators do, on the registry of the test. */
function models(...given: string[]): Promise<Ended> {
  const env = { PATH: process.env.PATH, SENTILOOP_MODELS: copy.registry };
  return new Promise((resolve) => {
    execFile(process.execPath, ["--import", "tsx", COMMAND, ...given], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

/** Runs the command with `--json`; it must succeed. */
async function json(...given: string[]) {
  const { code, stdout, stderr } = await models(...given, "--json");
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

describe("list", () => {
  test("gives an aligned table with the version that serves, and what is left out", async () => {
    await copy.addTwin("v2");
    await mkdir(join(copy.registry, "broken"));
    const { code, stdout } = await models("list");
    const lines = stdout.trimEnd().split("\n");
    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^version +serves +created +trained on +accuracy/);
    expect(lines[1]).toMatch(new RegExp(`^${copy.version} +yes `));
    expect(lines[2]?.indexOf(" %")).toBe(lines[1]?.indexOf(" %"));
    expect(stdout).toContain(`Left out: ${join(copy.registry, "broken", "manifest.json")} is missing.`);
  });

  test("as JSON has whole manifests", async () => {
    const { versions, refused } = await json("list");
    expect(versions).toEqual([expect.objectContaining({ version: copy.version, serving: true, labels: EMOTIONS })]);
    expect(refused).toHaveLength(1);
  });
});

test("show tells all of a version, and shows no control character of it", async () => {
  const training = { seed: 1, epochs: 1, backend: "\u001b[2J", recipe: "gru", parent: null };
  await copy.addTwin("v2", { training });
  const { code, stdout } = await models("show", "v2");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^version +v2$/m);
  expect(stdout).not.toContain("\u001b");
  expect(await json("show", "v2")).toMatchObject({ version: "v2", serving: false, training });
});

describe("verify", () => {
  test("ends with 0 when every version, or the one named, is in order", async () => {
    await copy.editManifest((manifest) => ({ ...manifest, version: "broken" }));
    await copy.addTwin("v2");
    expect(await models("verify", "v2")).toMatchObject({ code: 0, stdout: expect.stringContaining("v2 is in order") });
  });

  test("ends with 1 and each reason when one is not", async () => {
    await copy.addTwin("v2");
    await copy.corrupt("model.onnx");
    const { code, stderr } = await models("verify");
    expect([code, stderr]).toEqual([1, expect.stringContaining("model.onnx is not the file")]);
  });
});

test("promote and rollback change what serves and say so", async () => {
  await copy.addTwin("v2");
  const promoted = await models("promote", "v2", "--actor", "Ada");
  expect(promoted).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`v2 serves now; before: ${copy.version}.`),
  });
  expect(await json("rollback", "--actor", "Bob")).toEqual({ version: copy.version, previous: "v2" });
  const history = await readFile(join(copy.registry, "promotions.jsonl"), "utf8");
  expect(history).toMatch(/"actor":"Ada".*\n.*"actor":"Bob"/);
  expect(await models("rollback")).toMatchObject({ code: 1, stderr: expect.stringContaining("nothing to roll back") });
});

test("promote refuses a version that measured worse, and takes it with --force", async () => {
  const metrics = { accuracy: 0.1, macroF1: 0.1, expectedCalibrationError: 0.1, testRows: 9 };
  await copy.editManifest((manifest) => ({
    ...manifest,
    testSha256: "a".repeat(64),
    metrics: { ...metrics, accuracy: 0.2 },
  }));
  await copy.addTwin("v2", { metrics });
  expect(await models("promote", "v2")).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Worse: v2/) });
  expect((await models("promote", "v2", "--force")).code).toBe(0);
});

describe("compare", () => {
  test("puts the figures side by side with their differences", async () => {
    const metrics = { accuracy: 0.7, macroF1: 0.6, expectedCalibrationError: 0.05, testRows: 10 };
    await copy.editManifest((manifest) => ({ ...manifest, metrics: { ...metrics, accuracy: 0.65 } }));
    await copy.addTwin("v2", { metrics, testSha256: null });
    const { stdout } = await models("compare", copy.version, "v2");
    expect(stdout).toMatch(/^accuracy +65\.0 % +70\.0 % +\+5\.0 points$/m);
    expect(stdout).toContain("not comparable: v2 was measured with rows held out");
  });

  test("with data classifies the rows with both and tests the difference", async () => {
    const folder = await copy.addTwin("v2");
    const alwaysShame = madeUpNetwork({ logits: [0, 0, 0, 0, 0, 0, 1] });
    await copy.publish("model.onnx", alwaysShame, folder);
    const data = join(copy.registry, "rows.csv");
    await writeFile(
      data,
      "text,emotion\nI was so happy.,joy\nI was afraid of the dark.,fear\nI was ashamed of myself.,shame\n",
    );
    const { onData, comparable } = await json("compare", copy.version, "v2", "--data", data);
    expect(comparable).toBe(true);
    expect(onData).toEqual({ rows: 3, accuracy: [1, 1 / 3], changed: 2, onlyRight: [2, 0], p: 0.5 });
    expect((await models("compare", copy.version, "v2", "--data", data)).stdout).toContain("p = 0.500");
  });

  test("names the file of rows that cannot be read", async () => {
    const { code, stderr } = await models("compare", copy.version, copy.version, "--data", "/nowhere.csv");
    expect([code, stderr]).toEqual([1, expect.stringContaining("/nowhere.csv cannot be read")]);
  });
});

describe("import", () => {
  let sources: string;

  beforeEach(async () => {
    sources = join(copy.registry, ".sources");
    await mkdir(sources);
    await writeFile(join(sources, "net.onnx"), madeUpNetwork({ logits: [1, 2, 3, 4, 5, 6, 7] }));
  });

  function importNetwork(...more: string[]): Promise<Ended> {
    const files = [
      "--manifest",
      join(copy.folder, "manifest.json"),
      "--tokenizer",
      join(copy.folder, "tokenizer.json"),
    ];
    return models("import", join(sources, "net.onnx"), ...files, ...more);
  }

  async function names(): Promise<string[]> {
    return (await json("list")).versions.map(({ version }: { version: string }) => version);
  }

  test("copies the network as a version that is named after it, and is in order", async () => {
    const { code, stdout } = await importNetwork("--json");
    const checksum = createHash("sha256")
      .update(await readFile(join(sources, "net.onnx")))
      .digest("hex");
    const { version } = JSON.parse(stdout);
    expect([code, version]).toEqual([0, `${copy.version.slice(0, 8)}-${checksum.slice(0, 8)}`]);
    expect((await models("verify", version)).code).toBe(0);
    expect(await names()).toContain(version);
    expect((await importNetwork()).stdout).toContain("was already in");
  });

  test.each([
    ["other outputs", () => madeUpNetwork({ logits: [1, 2] }), "must give logits"],
    ["no network", () => Buffer.from("x"), "fails its self-check"],
    ["external data", () => withExternalData(madeUpNetwork({ logits: Array(7).fill(1) }), "x"), "external data"],
  ])("refuses a network with %s and leaves nothing", async (_, network, reason) => {
    await writeFile(join(sources, "net.onnx"), network());
    const before = await names();
    expect(await importNetwork()).toMatchObject({ code: 1, stderr: expect.stringContaining(reason) });
    expect(await names()).toEqual(before);
  });

  test("refuses a manifest with the labels in another order, and one that is missing", async () => {
    await copy.editManifest((manifest) => ({ ...manifest, labels: EMOTIONS.toReversed() }));
    expect(await importNetwork()).toMatchObject({ code: 1, stderr: expect.stringContaining("labels.0") });
    await rm(join(copy.folder, "manifest.json"));
    expect(await importNetwork()).toMatchObject({ code: 1, stderr: expect.stringContaining("is missing") });
  });

  test("says in its help what the files must be", async () => {
    const { stdout } = await models("import", "--help");
    expect(stdout).toMatch(/logits \[B,7\] float32/);
    expect(stdout).toMatch(/ngramBuckets/);
  });
});

test.each([
  [["show", "v999"], 'There is no model version "v999"'],
  [["bogus"], "unknown command"],
  [["promote"], "missing required argument"],
  [["promote", "v999"], 'There is no model version "v999"'],
])("%j ends with 1 and says why", async (given, reason) => {
  const { code, stdout, stderr } = await models(...given);
  expect([code, stdout, stderr]).toEqual([1, "", expect.stringContaining(reason)]);
});
