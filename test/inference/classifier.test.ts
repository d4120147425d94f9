import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Classification, classificationSchema, EMOTIONS } from "@sentiloop/inference/contract";
import { Classifier } from "../../inference/src/classifier.js";
import type { Engine } from "../../inference/src/engine.js";
import { loadVersion, type ModelVersion } from "../../inference/src/model-version.js";
import { OnnxEngine } from "../../inference/src/onnx-engine.js";
import { Tokenizer } from "../../inference/src/tokenizer.js";
import { starterFolder } from "./starter-copy.js";

const TEXTS = [
  "I passed the exam and could not stop smiling.",
  "My grandmother died.",
  "Somebody followed me home through the dark park last night and I ran as fast as I could, without looking back.",
  "yes",
  "🙂",
  "I lied to my best friend about the money and she found out.",
  `They laughed at me. ${"And then they laughed again. ".repeat(60)}`,
  "He spat on the floor of the restaurant.",
];

let version: ModelVersion;
let engine: OnnxEngine;
let tokenizer: Tokenizer;
let classifier: Classifier;

beforeAll(async () => {
  version = await loadVersion(await starterFolder());
  engine = await OnnxEngine.open(version.network);
  tokenizer = new Tokenizer({ ...version.manifest, vocabulary: version.vocabulary });
  classifier = new Classifier({ tokenizer, engine, manifest: version.manifest });
});

afterAll(() => engine.close());

function sum({ probabilities }: Classification): number {
  return EMOTIONS.reduce((total, emotion) => total + probabilities[emotion], 0);
}

async function one(text: string, from: Classifier = classifier): Promise<Classification> {
  const [classification] = await from.classify([text]);
  return classificationSchema.parse(classification);
}

/** A classifier over an engine that gives the same logits to every text. */
function withLogits(logits: number[]): Classifier {
  const fixed: Engine = { name: "fixed", run: async () => Float32Array.from(logits), close: async () => {} };
  return new Classifier({ tokenizer, engine: fixed, manifest: { ...version.manifest, temperature: 2 } });
}

describe("a classification", () => {
  test.each(TEXTS)("has seven probabilities with the sum 1 and the largest as its emotion: %s", async (text) => {
    const classification = await one(text);
    expect(sum(classification)).toBeCloseTo(1, 12);
    expect(classification.probabilities[classification.emotion]).toBe(
      Math.max(...Object.values(classification.probabilities)),
    );
  });

  test("divides the logits by the temperature before the softmax", async () => {
    const { probabilities } = await one("joy", withLogits([2, 0, 0, 0, 0, 0, 0]));
    expect(probabilities.anger).toBeCloseTo(Math.E / (Math.E + 6), 12);
  });

  test("stays finite however large the logits are", async () => {
    const { emotion, probabilities } = await one("joy", withLogits([-1e30, 1e30, 0, 0, 0, 0, 0]));
    expect([emotion, probabilities.disgust, probabilities.anger]).toEqual(["disgust", 1, 0]);
  });

  test("is an error when the network gives something that is not a number", async () => {
    await expect(withLogits([Number.NaN, 0, 0, 0, 0, 0, 0]).classify(["joy"])).rejects.toThrow("not a finite number");
  });
});

describe("a batch", () => {
  test("gives each text what it gets alone, in the order asked", async () => {
    const together = await classifier.classify(TEXTS);
    for (const [index, text] of TEXTS.entries()) {
      const alone = await one(text);
      for (const emotion of EMOTIONS) {
        expect(Math.abs((together[index]?.probabilities[emotion] ?? 2) - alone.probabilities[emotion])).toBeLessThan(
          1e-5,
        );
      }
    }
  });

  test("larger than the engine runs at once keeps the order too", async () => {
    const many = Array.from({ length: 100 }, (_, index) => TEXTS[(index * 5) % TEXTS.length] as string);
    const emotions = (await classifier.classify(many)).map(({ emotion }) => emotion);
    const alone = await Promise.all(many.map(async (text) => (await one(text)).emotion));
    expect(emotions).toEqual(alone);
  });
});

describe("uncertainty", () => {
  test.each(["🙂", "...", "zzqxv qqwzk"])("has NO_KNOWN_WORDS among its reasons for %j", async (text) => {
    const { uncertain, uncertaintyReasons } = await one(text);
    expect([uncertain, uncertaintyReasons]).toEqual([true, expect.arrayContaining(["NO_KNOWN_WORDS"])]);
  });

  test.each([
    [1, true, ["LOW_CONFIDENCE"]],
    [0, false, []],
  ])("with the threshold %d is %s for an ordinary text", async (lowConfidence, uncertain, uncertaintyReasons) => {
    const manifest = { ...version.manifest, thresholds: { lowConfidence } };
    const classification = await one("I am afraid of him.", new Classifier({ tokenizer, engine, manifest }));
    expect(classification).toMatchObject({ uncertain, uncertaintyReasons });
  });
});
