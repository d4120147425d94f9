import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { SpellingRepair } from "../../inference/src/spelling.js";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz";

/** Every text that one slip of the fingers leads to, tried one by one. */
function neighbours(word: string): Set<string> {
  const places = Array.from({ length: word.length + 1 }, (_, i) => [word.slice(0, i), word.slice(i)] as const);
  return new Set(
    places.flatMap(([before, [first = "", second = "", ...rest]]) => {
      const after = second + rest.join("");
      const swapped = before + second + first + rest.join("");
      const others = [...ALPHABET].flatMap((letter) => [before + letter + first + after, before + letter + after]);
      return [before + after, swapped, ...others];
    }),
  );
}

function repairOf(words: readonly string[]): SpellingRepair {
  return new SpellingRepair(new Map(words.map((word, rank) => [word, rank])));
}

describe("the repair of a word", () => {
  const letters = (minLength: number) => fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength, maxLength: 6 });

  test("is the most frequent of the words that trying every slip finds", () => {
    fc.assert(
      fc.property(fc.array(letters(3), { maxLength: 60 }), letters(4), (vocabulary, word) => {
        fc.pre(!vocabulary.includes(word) && !/(.)\1\1/.test(word));
        const words = [...new Set(vocabulary)];
        const reachable = neighbours(word);
        expect(repairOf(words).repaired(word)).toBe(words.find((each) => reachable.has(each)));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["twenty letters", `aa${"bc".repeat(9)}`, `aa${"bc".repeat(9).slice(1)}`],
    ["a word that grows to twenty-one", "bc".repeat(10), `${"bc".repeat(10)}d`],
    ["four letters that become three", "thee", "the"],
  ])("reaches from %s", (_, typed, meant) => {
    expect(repairOf([meant]).repaired(typed)).toBe(meant);
  });

  test.each([
    ["two slips away", "abcdef", ["abdcfe", "bcdefg", "abcd"]],
    ["of other signs than letters", "does", ["do's", "!does", "d#es"]],
    ["for a word of three letters", "teh", ["the"]],
    ["for one of twenty-one", `${"bc".repeat(10)}d`, ["bc".repeat(10)]],
  ])("is nothing %s", (_, typed, words) => {
    expect(repairOf(words).repaired(typed)).toBeUndefined();
  });

  test("without its elongation comes first, with two letters before one", () => {
    expect(repairOf(["so", "soo"]).repaired("sooo")).toBe("soo");
    expect(repairOf(["sore", "so"]).repaired("soooo")).toBe("so");
  });
});
