import { readdir, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { StageReached, Workshop } from "../../inference/training/checkpoint.js";
import { ScratchFolder } from "./scratch-folder.js";

describe("a workshop", () => {
  let folder: ScratchFolder;

  beforeAll(async () => {
    folder = await ScratchFolder.create();
  });

  afterAll(() => folder.remove());

  test("does a stage once, and knows its result ever after", async () => {
    let computed = 0;
    const once = () =>
      new Workshop(folder.file("a")).stage("s", async () => ({ values: Float32Array.of(++computed, 2) }));
    expect(await once()).toEqual({ values: Float32Array.of(1, 2) });
    expect(await once()).toEqual({ values: Float32Array.of(1, 2) });
  });

  test("keeps a checkpoint until its stage is done", async () => {
    const workshop = new Workshop(folder.file("b"));
    const checkpoint = { epoch: 2, step: 7, randomState: 5, arrays: { "value/x": Float32Array.of(1.5) } };
    const failing = workshop.stage("s", async (slot) => {
      await slot.save(checkpoint);
      throw new Error("power cut");
    });
    await expect(failing).rejects.toThrow("power cut");
    expect(await new Workshop(folder.file("b")).stage("s", (slot) => slot.load())).toEqual(checkpoint);
    expect(await readdir(folder.file("b"))).toEqual(["s.done"]);
  });

  test("computes anew what a disk has spoilt", async () => {
    const workshop = new Workshop(folder.file("c"));
    await workshop.stage("s", async () => 1);
    await writeFile(`${folder.file("c")}/s.done`, "rubbish");
    expect(await workshop.stage("s", async () => 2)).toBe(2);
  });

  test("stops after the stage that it was told, whether done now or before", async () => {
    const workshop = new Workshop(folder.file("d"), "first");
    await expect(workshop.stage("first", async () => 1)).rejects.toThrow(StageReached);
    await expect(workshop.stage("first", async () => 1)).rejects.toThrow("The stage first is done");
    expect(await new Workshop(folder.file("d")).stage("first", async () => 2)).toBe(1);
  });
});
