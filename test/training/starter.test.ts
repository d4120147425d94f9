import { stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { EMOTIONS } from "../../inference/contract/index.js";
import { Classifier } from "../../inference/src/classifier.js";
import { loadVersion, type ModelVersion } from "../../inference/src/model-version.js";
import { OnnxEngine } from "../../inference/src/onnx-engine.js";
import { ModelRegistry, starterRegistry } from "../../inference/src/registry.js";
import { Tokenizer } from "../../inference/src/tokenizer.js";

describe("the starter version", () => {
  let version: ModelVersion;

  beforeAll(async () => {
    const registry = new ModelRegistry([starterRegistry()]);
    version = await loadVersion(await registry.find((await registry.serving()).version));
  });

  test("is in order, and small enough for the repository", async () => {
    expect((await stat(join(version.folder, "model.onnx"))).size).toBeLessThan(3e6);
  });

  test("was measured on rows that it did not learn from", () => {
    const { metrics } = version.manifest;
    expect(metrics.testRows).toBe(719);
    expect(metrics.accuracy).toBeGreaterThan(0.61);
    expect(metrics.expectedCalibrationError).toBeLessThan(0.07);
    const rows = EMOTIONS.flatMap((truth) => EMOTIONS.map((chosen) => metrics.confusion?.[truth][chosen] ?? 0));
    const right = EMOTIONS.map((emotion) => metrics.confusion?.[emotion][emotion] ?? 0);
    expect(sum(rows)).toBe(metrics.testRows);
    expect(sum(right) / sum(rows)).toBeCloseTo(metrics.accuracy, 10);
  });

  test.each([
    ["I am so happy that I passed the exam!", "joy"],
    ["I was terrified when a stranger followed me at night.", "fear"],
    ["My grandmother died last week.", "sadness"],
    ["He lied to me and I was furious.", "anger"],
    ["The rotten food made me vomit.", "disgust"],
    ["I felt guilty because I had lied to my mother.", "guilt"],
  ])("says of %j that it carries %s", async (text, emotion) => {
    const engine = await OnnxEngine.open(version.network);
    const tokenizer = new Tokenizer(version.tokenizer);
    const [answer] = await new Classifier({ tokenizer, engine, manifest: version.manifest }).classify([text]);
    await engine.close();
    expect(answer?.emotion).toBe(emotion);
  });
});

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
