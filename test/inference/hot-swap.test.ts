import { execFileSync } from "node:child_process";
import { mkdir, readFile, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type PredictResponse, predictResponseSchema, readinessSchema } from "@sentiloop/inference/contract";
import { madeUpNetwork, withExternalData } from "./made-up-network.js";
import { PROMOTE_PATH, RunningApp } from "./running-app.js";
import { ServerProcess } from "./server-process.js";
import { StarterCopy } from "./starter-copy.js";

const TEXT = "I was so afraid that I could not move.";
const WATCH_MS = 10;

let copy: StarterCopy;
let running: RunningApp;

beforeEach(async () => {
  copy = await StarterCopy.create();
  await copy.serve(copy.version);
  running = await RunningApp.start({ registries: [copy.registry], watchMs: WATCH_MS });
});

afterEach(async () => {
  await running.stop();
  await copy.remove();
});

async function predict(): Promise<PredictResponse> {
  const answer = await running.predict(JSON.stringify({ instances: [TEXT, "I am glad."] }));
  expect(answer.status).toBe(200);
  return predictResponseSchema.parse(JSON.parse(answer.text));
}

async function readyz() {
  const { status, text } = await running.get("/readyz");
  return { httpStatus: status, ...readinessSchema.parse(JSON.parse(text)) };
}

/** Waits until something holds; a test in which it never does runs into its time limit. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function metric(name: string): Promise<number> {
  const { text } = await running.get("/metrics");
  return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1]);
}

/** The bytes of memory that this process holds when nothing waits to be collected. */
function memoryHeld(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  return process.memoryUsage().rss;
}

function refusals(): { version: string; reason: string }[] {
  return running.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "a model version is refused");
}

describe("the alias", () => {
  test("changes what serves, and readiness, metrics and the log say so", async () => {
    await copy.addTwin("v2");
    await copy.serve("v2");
    await until(() => running.host.current.version === "v2");
    expect((await predict()).modelVersion).toBe("v2");
    expect(await readyz()).toMatchObject({ status: "ready", modelVersion: "v2" });
    expect(await metric("sentiloop_inference_model_swaps_total")).toBe(1);
    const { text } = await running.get("/metrics");
    expect(text.match(/^sentiloop_inference_model_info\{.*/gm)).toEqual([
      'sentiloop_inference_model_info{version="v2",engine="onnxruntime"} 1',
    ]);
    expect(running.logged.join()).toContain("another model version serves");
  });

  test("is not followed again while nothing changes", async () => {
    await until(() => running.watcher.check().then(() => true));
    await running.watcher.check();
    expect(await metric("sentiloop_inference_model_swaps_total")).toBe(0);
  });

  test("that is taken away leaves the decision to the next registry folder", async () => {
    await copy.addTwin("v2");
    await copy.serve("v2");
    await until(() => running.host.current.version === "v2");
    await rm(join(copy.registry, "serving.json"));
    await until(() => running.host.current.version !== "v2");
    expect((await readyz()).refusedPromotion).toBeUndefined();
  });
});

test("60 exchanges under load: no request fails, each answer is wholly of the version it names, memory stays", async () => {
  await copy.addTwin("v2", { temperature: 3 });
  const expected = new Map<string, PredictResponse["predictions"]>();
  for (const version of ["v2", copy.version]) {
    await copy.serve(version);
    await until(() => running.host.current.version === version);
    expected.set(version, (await predict()).predictions);
  }
  expect(expected.get("v2")).not.toEqual(expected.get(copy.version));

  const memory: number[] = [];
  let answers = 0;
  let done = false;
  const client = async () => {
    while (!done) {
      const { predictions, modelVersion } = await predict();
      expect(predictions).toEqual(expected.get(modelVersion));
      answers += 1;
    }
  };
  const clients = Array.from({ length: 8 }, client);
  for (let swap = 0; swap < 60; swap += 1) {
    const version = swap % 2 === 0 ? "v2" : copy.version;
    await copy.serve(version);
    await until(() => running.host.current.version === version);
    if (swap % 20 === 19) memory.push(memoryHeld());
  }
  done = true;
  await Promise.all(clients);
  expect(answers).toBeGreaterThan(60);
  expect(await metric("sentiloop_inference_model_swaps_total")).toBeGreaterThanOrEqual(60);
  // The bytes of a network, its tables unpacked, are over 3 MB: 20 that are never freed would be at least 60 MB, each time.
  // Memory that the allocator keeps for later comes in one step, at any time.
  const [first = 0, second = 0, third = 0] = memory;
  expect(Math.min(second - first, third - second)).toBeLessThan(30e6);
}, 240_000);

describe("a version that is not in order is refused in one line, and the one before serves on", () => {
  const damages: [string, (folder: string) => Promise<unknown>, string][] = [
    ["without a manifest", (folder) => rm(join(folder, "manifest.json")), "manifest.json is missing"],
    ["half copied", (folder) => rm(join(folder, "tokenizer.json")), "tokenizer.json is missing"],
    ["cut off", (folder) => truncate(join(folder, "model.onnx"), 1e6), "model.onnx is not the file"],
    ["too large", (folder) => truncate(join(folder, "model.onnx"), 2 ** 26 + 1), "at most 67108864 are allowed"],
    [
      "with a manifest that never ends",
      (folder) => truncate(join(folder, "manifest.json"), 2 ** 30),
      "manifest.json has 1073741824 bytes",
    ],
    [
      "with a link out of the registry",
      async (folder) => {
        await rm(join(folder, "tokenizer.json"));
        await symlink("/etc/hostname", join(folder, "tokenizer.json"));
      },
      "is a link that leads out",
    ],
    [
      "with a pipe that nobody writes to",
      async (folder) => {
        await rm(join(folder, "model.onnx"));
        execFileSync("mkfifo", [join(folder, "model.onnx")]);
      },
      "model.onnx is not a file",
    ],
    ["that is no network", (folder) => copy.publish("model.onnx", Buffer.from("no network"), folder), "self-check"],
    [
      "with six logits",
      (folder) => copy.publish("model.onnx", madeUpNetwork({ logits: [1, 2, 3, 4, 5, 6] }), folder),
      "must give logits as float32 [3, 7] for 3 texts; it gives float32 [3, 6]",
    ],
    [
      "with an output of another name",
      (folder) => copy.publish("model.onnx", madeUpNetwork({ logits: [1, 2, 3, 4, 5, 6, 7], name: "scores" }), folder),
      "gives scores",
    ],
    [
      "that gives no numbers",
      (folder) => copy.publish("model.onnx", madeUpNetwork({ logits: Array(7).fill(Number.NaN) }), folder),
      "not a finite number",
    ],
    [
      "whose answers depend on the other texts",
      (folder) => copy.publish("model.onnx", madeUpNetwork({ logits: [1, 0, 0, 0, 0, 0, 0], mixed: true }), folder),
      "differ when it is classified together with others",
    ],
    [
      "that may never end",
      (folder) => copy.publish("model.onnx", madeUpNetwork({ logits: Array(7).fill(1), operation: "Loop" }), folder),
      "the operation Loop, which may never end",
    ],
    [
      "with data in other files",
      (folder) =>
        copy.publish(
          "model.onnx",
          withExternalData(madeUpNetwork({ logits: Array(7).fill(1) }), "../../etc/passwd"),
          folder,
        ),
      "external data",
    ],
  ];

  test.each(damages)("%s", async (_, damage, reason) => {
    await damage(await copy.addTwin("v2"));
    await copy.serve("v2");
    await until(() => refusals().length > 0);
    for (let look = 0; look < 3; look += 1) await running.watcher.check();
    expect(refusals()).toEqual([expect.objectContaining({ version: "v2", reason: expect.stringContaining(reason) })]);
    expect(await metric("sentiloop_inference_refused_promotions_total")).toBe(1);
    expect(await readyz()).toMatchObject({
      httpStatus: 200,
      modelVersion: copy.version,
      refusedPromotion: { version: "v2", reason: expect.stringContaining(reason) },
    });
    expect((await predict()).modelVersion).toBe(copy.version);
  });

  test("that says nothing of neutral texts although its manifest does", async () => {
    const folder = await copy.addTwin("v2", { thresholds: { lowConfidence: 0.5, neutral: 0.5 } });
    await copy.publish("model.onnx", madeUpNetwork({ logits: [1, 2, 3, 4, 5, 6, 7] }), folder);
    await copy.serve("v2");
    await until(() => refusals().length > 0);
    expect(refusals()[0]?.reason).toContain("does not tell neutral texts, though its manifest says so");
  });

  test.each(["../v2", "/etc", "v2/../../x", "."])("that the alias calls %j", async (version) => {
    await copy.serve(version);
    await until(() => refusals().length > 0);
    expect(await readyz()).toMatchObject({ httpStatus: 200, refusedPromotion: { version: null } });
  });

  test("that does not exist", async () => {
    await copy.serve("v999");
    await until(() => refusals().length > 0);
    expect(refusals()[0]?.reason).toContain('There is no model version "v999"');
  });
});

test("a refused version is tried again when its files change, and serves once they are in order", async () => {
  const folder = await copy.addTwin("v2");
  await rename(join(folder, "model.onnx"), join(copy.registry, ".late"));
  await copy.serve("v2");
  await until(() => refusals().length > 0);
  await rename(join(copy.registry, ".late"), join(folder, "model.onnx"));
  await until(() => running.host.current.version === "v2");
  expect((await readyz()).refusedPromotion).toBeUndefined();
});

test("a version that is still being copied is refused in one line, however it grows, and serves in the end", async () => {
  const folder = await copy.addTwin("v2");
  const file = join(folder, "model.onnx");
  const network = await readFile(file);
  await writeFile(file, network.subarray(0, 1e6));
  await copy.serve("v2");
  await until(() => refusals().length > 0);
  for (let size = 1.2e6; size < network.length; size += 0.4e6) {
    await writeFile(file, network.subarray(0, size));
    await running.watcher.check();
  }
  await writeFile(join(copy.registry, ".whole"), network);
  await rename(join(copy.registry, ".whole"), file);
  await until(() => running.host.current.version === "v2");
  expect(refusals()).toHaveLength(1);
});

test("a network that tells neutral texts marks them", async () => {
  const folder = await copy.addTwin("v2", { thresholds: { lowConfidence: 0, neutral: 0.5 } });
  await copy.publish("model.onnx", madeUpNetwork({ logits: [1, 2, 3, 4, 5, 6, 7], neutral: 1 }), folder);
  await copy.serve("v2");
  await until(() => running.host.current.version === "v2");
  expect((await predict()).predictions.map(({ uncertaintyReasons }) => uncertaintyReasons)).toEqual([
    ["NEUTRAL_TEXT"],
    ["NEUTRAL_TEXT"],
  ]);
});

test("a registry folder that appears later is followed", async () => {
  const late = join(copy.registry, "late");
  const own = await RunningApp.start({ registries: [late, copy.registry], watchMs: WATCH_MS });
  await mkdir(late);
  await copy.addTwin("v2");
  await writeFile(join(late, "serving.json"), '{"version": "v2"}');
  await until(() => own.host.current.version === "v2");
  await own.stop();
});

describe("the service as a process", () => {
  let server: ServerProcess;

  afterEach(async () => {
    server.kill("SIGKILL");
    await server.exited;
  });

  async function served(url: string): Promise<string> {
    return JSON.parse(await (await fetch(`${url}/readyz`)).text()).modelVersion;
  }

  test("follows the alias", async () => {
    server = ServerProcess.launch({ SENTILOOP_MODELS: copy.registry });
    const url = await server.ready();
    await copy.addTwin("v2");
    await copy.serve("v2");
    await until(async () => (await served(url)) === "v2");
    server.kill("SIGTERM");
    expect(await server.exited).toBe(0);
  });

  test("does not when EMOTION_MODEL names the version", async () => {
    server = ServerProcess.launch({ SENTILOOP_MODELS: copy.registry, EMOTION_MODEL: copy.version });
    const url = await server.ready();
    await copy.addTwin("v2");
    await copy.serve("v2");
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await served(url)).toBe(copy.version);
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ version: "v2", actor: "Ada" });
    const answer = await fetch(url + PROMOTE_PATH, { method: "POST", headers, body });
    expect([answer.status, (await answer.json()).error.message]).toEqual([
      409,
      expect.stringContaining("EMOTION_MODEL"),
    ]);
  });
});
