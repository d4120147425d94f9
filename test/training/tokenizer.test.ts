import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Tokenizer, tokenize } from "../../inference/src/tokenizer.js";

const vocabulary = ["i", "was", "happy", "!", "#", "do", "n't", "'m"];
const tokenizer = new Tokenizer({ vocabulary, maxTokens: 8, ngramBuckets: 1000 });

describe("tokenize", () => {
  test.each([
    ["I WAS Happy", ["i", "was", "happy"]],
    ["I don't, can't, won't", ["i", "do", "n't", ",", "ca", "n't", ",", "wo", "n't"]],
    ["I'm sure she'll say it's Tom's", ["i", "'m", "sure", "she", "'ll", "say", "it", "'s", "tom", "'s"]],
    ["don’t don‘t don´t don`t", ["do", "n't", "do", "n't", "do", "n't", "do", "n't"]],
    ["in 1999, 3 of 20", ["in", "#", ",", "#", "of", "#"]],
    ["really?! (yes; no)", ["really", "?", "!", "yes", ";", "no"]],
    ["'sorry' and 'mother'", ["sorry", "and", "mother"]],
    ["🙂 мир", []],
  ])("splits %j", (text, tokens) => {
    expect(tokenize(text)).toEqual(tokens);
  });
});

describe("a tokenizer", () => {
  test("gives a word its place in the vocabulary plus 2, and 1 to a word that is not in it", () => {
    expect([...tokenizer.encode("I was sad!").ids]).toEqual([2, 3, 1, 5]);
  });

  test("counts known words, but neither marks nor numbers", () => {
    expect(tokenizer.encode("Happy! 25 I'm zzz").knownWords).toBe(2);
  });

  test("reads a text without any token as one unknown word", () => {
    const { ids, ngrams, knownWords } = tokenizer.encode("🙂");
    expect([...ids]).toEqual([1]);
    expect(ngrams).toHaveLength(1);
    expect(knownWords).toBe(0);
  });

  test("gives each n-gram of a text once: single words, neighbours, and both ends", () => {
    expect(tokenizer.encode("was was").ngrams).toHaveLength(4);
  });

  test("puts n-grams into the buckets of 32-bit FNV-1a", () => {
    // The published test vector of "a" is 0xe40c292c; bucket 0 is padding.
    expect(tokenizer.encode("a").ngrams[0]).toBe((0xe40c292c % 999) + 1);
  });

  test("tells the order of words by their n-grams", () => {
    expect(tokenizer.encode("happy i was").ngrams).not.toEqual(tokenizer.encode("i was happy").ngrams);
  });

  test("reads no more than the first tokens of a long text", () => {
    expect(tokenizer.encode("was ".repeat(1250))).toEqual(tokenizer.encode("was ".repeat(8)));
  });

  test("never gives padding, an id out of range or an empty list, whatever the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), fc.lorem()), (text) => {
        const { ids, ngrams, knownWords } = tokenizer.encode(text);
        expect(ids.length).toBeGreaterThanOrEqual(1);
        expect(ids.length).toBeLessThanOrEqual(8);
        expect(ngrams.length).toBeGreaterThanOrEqual(1);
        expect(new Set(ngrams).size).toBe(ngrams.length);
        expect(Math.min(...ids)).toBeGreaterThanOrEqual(1);
        expect(Math.max(...ids)).toBeLessThan(vocabulary.length + 2);
        expect(Math.min(...ngrams)).toBeGreaterThanOrEqual(1);
        expect(Math.max(...ngrams)).toBeLessThan(1000);
        expect(knownWords).toBeLessThanOrEqual(ids.length);
      }),
    );
  });
});
