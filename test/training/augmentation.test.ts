import { describe, expect, test } from "@jest/globals";
import { EMOTIONS } from "@sentiloop/inference/contract";
import { tokenize } from "../../inference/src/tokenizer.js";
import { filled } from "../../inference/training/augmentation/grammar.js";
import {
  EMOTION_WORDS,
  everydayFacts,
  NEGATIVE,
  negationTexts,
  POSITIVE,
} from "../../inference/training/augmentation/index.js";
import { Random } from "../../inference/training/random.js";

const COUNT = 2000;
const JOY = EMOTIONS.indexOf("joy");

function termsOf(text: string): string[] {
  return tokenize(text).tokens.map(({ term }) => term);
}

function expectWellFormed(texts: readonly string[]): void {
  expect(new Set(texts).size).toBe(COUNT);
  expect(texts.filter((text) => termsOf(text).length < 3)).toEqual([]);
  expect(texts.filter((text) => !/^[A-Z][^{}]*[.?]$/.test(text) || /\s\s|\s[.,?]|undefined/.test(text))).toEqual([]);
}

describe("negation texts", () => {
  const texts = negationTexts(new Random(1), COUNT);

  test("are different sentences", () => expectWellFormed(texts.map(({ text }) => text)));

  test("have probabilities for targets", () => {
    for (const { target } of texts) {
      expect(target).toHaveLength(EMOTIONS.length);
      expect(target.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 5);
      expect(Math.min(...target)).toBeGreaterThan(0);
    }
  });

  test("deny, reverse and name emotions in the shares that are promised", () => {
    const share = (holds: (target: Float32Array) => boolean) =>
      texts.filter(({ target }) => holds(target)).length / COUNT;
    expect(share((target) => Math.abs((target[JOY] ?? 0) - 0.2) < 1e-6)).toBeCloseTo(0.5, 2);
    expect(share((target) => Math.abs((target[JOY] ?? 0) - 0.03) < 1e-6)).toBeCloseTo(0.1, 2);
    expect(share((target) => Math.max(...target) > 0.87)).toBeCloseTo(0.4, 2);
  });

  test("are the same for the same seed only", () => {
    expect(negationTexts(new Random(1), COUNT)).toEqual(texts);
    expect(negationTexts(new Random(2), COUNT)).not.toEqual(texts);
  });
});

describe("everyday facts", () => {
  const facts = everydayFacts(new Random(1), COUNT);

  test("are different sentences", () => expectWellFormed(facts));

  test("are told in the first person at least four times out of ten", () => {
    expect(facts.filter((text) => /\b(?:I|we|my|our)\b/i.test(text)).length / COUNT).toBeGreaterThanOrEqual(0.4);
  });

  test("name no emotion", () => {
    const emotional = new Set([...NEGATIVE, ...POSITIVE]);
    expect(facts.filter((text) => termsOf(text).some((word) => emotional.has(word)))).toEqual([]);
  });

  test("are the same for the same seed only", () => {
    expect(everydayFacts(new Random(1), COUNT)).toEqual(facts);
    expect(everydayFacts(new Random(2), COUNT)).not.toEqual(facts);
  });
});

describe("the lexicon", () => {
  test("has single tokens, each for one emotion", () => {
    const all = Object.values(EMOTION_WORDS).flat();
    expect(all.filter((word) => termsOf(word).join(" ") !== word)).toEqual([]);
    expect(all.filter((word, index) => all.indexOf(word) !== index)).toEqual([]);
  });

  test("divides the words into joy and the others", () => {
    expect(POSITIVE).toContain("happy");
    expect(NEGATIVE).toEqual(expect.arrayContaining(["angry", "disgusted", "afraid", "guilty", "sad", "ashamed"]));
    expect(NEGATIVE.length).toBeGreaterThan(150);
  });
});

test("a grammar says what it lacks", () => {
  expect(() => filled(new Random(1), "a {hole}", {})).toThrow("The slot {hole}");
});
