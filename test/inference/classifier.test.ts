import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Classification, classificationSchema, EMOTIONS } from "@sentiloop/inference/contract";
import { Classifier } from "../../inference/src/classifier.js";
import type { Engine, EngineOutput } from "../../inference/src/engine.js";
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
  tokenizer = new Tokenizer(version.tokenizer);
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
  return withOutput({ logits: Float32Array.from(logits), neutral: null }, null);
}

function withOutput(output: EngineOutput, neutral: number | null): Classifier {
  const engine: Engine = { name: "fixed", run: async () => output, close: async () => {} };
  return new Classifier({
    tokenizer,
    engine,
    manifest: { temperature: 2, thresholds: { lowConfidence: 0, neutral } },
  });
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
    const manifest = { ...version.manifest, thresholds: { lowConfidence, neutral: null } };
    const classification = await one("I am afraid of him.", new Classifier({ tokenizer, engine, manifest }));
    expect(classification).toMatchObject({ uncertain, uncertaintyReasons });
  });

  test.each([
    [0.5, 0.1, ["NEUTRAL_TEXT"]],
    [0.5, -0.1, []],
    [0.9, 2, []],
    [0.9, 2.3, ["NEUTRAL_TEXT"]],
    [null, 9, []],
  ])(
    "with the threshold %s and the logit %d of carrying no emotion has the reasons %j",
    async (threshold, logit, reasons) => {
      const output = { logits: new Float32Array(7), neutral: Float32Array.of(logit) };
      const { uncertain, uncertaintyReasons } = await one("I am afraid of him.", withOutput(output, threshold));
      expect([uncertain, uncertaintyReasons]).toEqual([reasons.length > 0, reasons]);
    },
  );

  test("is an error when the network does not say how neutral a text is, or says no number", async () => {
    const logits = new Float32Array(7);
    await expect(withOutput({ logits, neutral: null }, 0.5).classify(["joy"])).rejects.toThrow("neutral");
    const nan = withOutput({ logits, neutral: Float32Array.of(Number.NaN) }, 0.5);
    await expect(nan.classify(["joy"])).rejects.toThrow("not a finite number");
  });
});

test("a text is truncated exactly when it has more tokens than the network reads", async () => {
  const { maxTokens } = version.tokenizer;
  expect((await one("joy ".repeat(maxTokens))).truncated).toBe(false);
  expect((await one("joy ".repeat(maxTokens + 1))).truncated).toBe(true);
});

test("a classification that is aborted ends with the reason, and leaves the rest", async () => {
  const many = Array.from({ length: 100 }, () => TEXTS[2] as string);
  const stop = new AbortController();
  const classified = classifier.classify(many, stop.signal);
  stop.abort(new Error("enough"));
  await expect(classified).rejects.toThrow("enough");
});
