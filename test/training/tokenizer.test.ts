import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Tokenizer, termsOf, tokenize } from "../../inference/src/tokenizer.js";

const words = ["i", "was", "happy", "!", "#", "do", "n't", "'m"];
const options = { words, maxTokens: 8, ngramBuckets: 1000, lexicon: null, repairTypos: false };
const tokenizer = new Tokenizer(options);

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
    ["Café, RÉSUMÉ, re\u0301sume\u0301, İzmir", ["cafe", ",", "resume", ",", "resume", ",", "izmir"]],
  ])("splits %j", (text, tokens) => {
    expect(tokenize(text).tokens.map(({ term }) => term)).toEqual(tokens);
  });
});

test("tokens know where they stand in the text as typed", () => {
  const text = "🙂 Je\u0301sus, İ said: I don’t care… 42!";
  const { tokens } = tokenize(text);
  expect(tokens.map(({ start, end }) => text.slice(start, end))).toEqual([
    "Je\u0301sus",
    ",",
    "İ",
    "said",
    "I",
    "do",
    "n’t",
    "care",
    "…",
    "42",
    "!",
  ]);
});

test("a long text is cut, and says so", () => {
  expect(tokenize("no ".repeat(9), 8)).toMatchObject({ cut: true, tokens: { length: 8 } });
  expect(tokenize("no ".repeat(8), 8).cut).toBe(false);
});

describe("typing errors", () => {
  const words = ["i", "was", "happy", "so", "scared", "ashamed", "angry", "good", "god", "harpy"];
  const tolerant = new Tokenizer({ ...options, words, repairTypos: true });
  const read = (text: string) => [...tolerant.encode(text).ids].map((id) => words[id - 2] ?? "?");

  test.each([
    ["hapy", "happy"],
    ["happpy", "happy"],
    ["hsppy", "happy"],
    ["hpapy", "happy"],
    ["HAPPYYYY", "happy"],
    ["soooo", "so"],
    ["gooood", "good"],
    ["ashmaed", "ashamed"],
    ["agry", "angry"],
  ])("reads %s as %s", (typed, meant) => {
    expect(read(typed)).toEqual([meant]);
  });

  test("takes the more frequent of two words that are as near", () => {
    expect(read("hapry")).toEqual(["happy"]);
  });

  test("leaves short words, long ones and known ones alone", () => {
    expect(read("wis")).toEqual(["?"]);
    expect(read("scaredscaredscaredscared")).toEqual(["?"]);
    expect(read("harpy")).toEqual(["harpy"]);
  });

  test("counts a repaired word as known", () => {
    expect(tolerant.encode("I was scarred, xylophonic")).toMatchObject({ knownWords: 3, unknownWords: 1 });
  });
});

describe("negation", () => {
  const lexicon = { positive: ["happy", "happier"], negative: ["angry", "guilty", "sad", "fear", "crying"] };
  const terms = (text: string) => termsOf(text, lexicon).join(" ");

  test.each([
    ["I was not angry at all", "i was not !neg at all"],
    ["I don't feel guilty", "i do n't feel !neg"],
    ["I'm no longer sad", "i 'm no longer !neg"],
    ["without any fear", "without any !neg"],
    ["not happy", "not !pos"],
    ["far from happy", "far from !pos"],
    ["not sad, angry", "not !neg , angry"],
    ["I was not sad but angry", "i was not !neg but angry"],
    ["not a b c d e f angry", "not a b c d e f angry"],
    ["not only sad", "not only sad"],
    ["I can't stop crying", "i ca n't stop crying"],
    ["I have never been so happy", "i have never been so happy"],
    ["I am angry", "i am angry"],
    ["My fear is gone", "my !neg is gone"],
    ["The fear has completely vanished", "the !neg has completely vanished"],
    ["My fear is not gone", "my fear is not gone"],
    ["I was sad, he was gone", "i was sad , he was gone"],
  ])("reads %j as %j", (text, expected) => {
    expect(terms(text)).toBe(expected);
  });

  test("is gone when its negator is hidden", () => {
    const denying = new Tokenizer({ ...options, words: ["i", "was", "not", "angry", "!neg"], lexicon });
    expect([...denying.encode("I was not angry").ids]).toEqual([2, 3, 4, 6]);
    expect([...denying.encodeWithout("I was not angry", 2, 3).ids]).toEqual([2, 3, 1, 5]);
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
    expect(tokenizer.encode("was ".repeat(1250))).toEqual({ ...tokenizer.encode("was ".repeat(8)), cut: true });
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
        expect(Math.max(...ids)).toBeLessThan(words.length + 2);
        expect(Math.min(...ngrams)).toBeGreaterThanOrEqual(1);
        expect(Math.max(...ngrams)).toBeLessThan(1000);
        expect(knownWords).toBeLessThanOrEqual(ids.length);
      }),
    );
  });
});
