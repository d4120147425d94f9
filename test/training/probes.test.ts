import { describe, expect, test } from "@jest/globals";
import { type Classification, EMOTIONS, type Emotion } from "@sentiloop/inference/contract";
import { PROBE_SETS, type Probe, type ProbeSet, readProbes, runProbes } from "../../inference/training/probes.js";

const LEAST = { everyday: 140, typos: 70, negations: 130, neutral: 120 };

function answer(emotion: Emotion, confidence: number, uncertain = false): Classification {
  const entries = EMOTIONS.map((each) => [each, each === emotion ? confidence : (1 - confidence) / 6]);
  const probabilities = Object.fromEntries(entries) as Record<Emotion, number>;
  return {
    emotion,
    probabilities,
    uncertain,
    uncertaintyReasons: uncertain ? ["LOW_CONFIDENCE"] : [],
    truncated: false,
  };
}

async function probed(answerTo: (probe: Probe) => Classification) {
  const known = new Map((await Promise.all(PROBE_SETS.map(readProbes))).flat().map((probe) => [probe.text, probe]));
  const classify = async (texts: readonly string[]) => texts.map((text) => answerTo(known.get(text) as Probe));
  return runProbes({ classify });
}

describe.each(PROBE_SETS)("the probes %s", (set: ProbeSet) => {
  test("are enough, and no sentence is there twice", async () => {
    const texts = (await readProbes(set)).map(({ text }) => text);
    expect(texts.length).toBeGreaterThanOrEqual(LEAST[set]);
    expect(new Set(texts).size).toBe(texts.length);
  });

  test("have as many sentences of each emotion, give or take one; neutral ones have none", async () => {
    const emotions = (await readProbes(set)).map(({ emotion }) => emotion);
    const counts = EMOTIONS.map((emotion) => emotions.filter((each) => each === emotion).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(emotions.includes(null)).toBe(set === "neutral");
  });
});

test("a classifier that is right and sure passes the emotional sentences and fails where none should be answered", async () => {
  const { everyday, typos, negations, neutral } = await probed(({ emotion }) => answer(emotion ?? "joy", 0.5));
  expect(everyday).toEqual({ passed: everyday.total, total: everyday.total, failures: [] });
  expect(typos.passed).toBe(typos.total);
  expect(negations.passed).toBe(0);
  expect(neutral.passed).toBe(0);
});

test("a denied emotion passes with less than one half, a neutral sentence when it is marked as uncertain", async () => {
  const { negations, neutral } = await probed(({ emotion }) => answer(emotion ?? "joy", 0.49, true));
  expect(negations.passed).toBe(negations.total);
  expect(neutral.passed).toBe(neutral.total);
});

test("a failure names the sentence, what was asked and what was answered", async () => {
  const { everyday } = await probed(() => answer("joy", 0.8));
  expect(everyday.passed).toBe(20);
  expect(everyday.failures[0]).toEqual({
    text: expect.any(String),
    emotion: "anger",
    answered: "joy",
    confidence: 0.8,
    uncertain: false,
  });
});
