import { describe, expect, test } from "@jest/globals";
import { withoutLeaks } from "../../inference/training/leak-check.js";

const measured = [
  "When my father came home late, he was drunk and shouted at my mother.",
  "I passed the last exam of my studies.",
  "The neighbour's dog bit my little sister in the park.",
  "So happy!",
];

function reasonFor(text: string): string | undefined {
  return withoutLeaks([{ text }], measured).dropped[0]?.reason;
}

describe("a row is left out", () => {
  test.each([
    ["the same text", measured[0] ?? ""],
    [
      "in other letters, white space and punctuation",
      "  when my FATHER came home late he was drunk -- and shouted at my mother",
    ],
    ["in other characters for the same", "Ｗhen my father came home late, he was drunk and shouted at my mother…"],
    ["with a word written apart", "I passed the last ex-am of my studies"],
    ["however short it is", "so HAPPY"],
  ])("that is the same: %s", (_, text) => {
    expect(reasonFor(text)).toBe("same text");
  });

  test.each([
    ["a word more", "When my father came home very late, he was drunk and shouted at my mother."],
    ["a typing error", "The neighbour's dog bit my litle sister in the park."],
    [
      "the text inside a longer one",
      "It was in June. I passed the last exam of my studies. We had a party and I went home.",
    ],
    ["a part of the text", "My father came home late, he was drunk and shouted"],
  ])("that is nearly the same: %s", (_, text) => {
    expect(reasonFor(text)).toBe("nearly the same");
  });
});

describe("a row is kept", () => {
  test.each([
    ["a paraphrase", "My dad returned home after midnight, drunk, and yelled at my mum."],
    ["the same beginning", "When my father came home late, I had already gone to bed and did not hear him."],
    ["the same situation", "I got through the final test at university."],
    [
      "the same words in another order and sense",
      "My sister bit the neighbour's little dog in the other park yesterday.",
    ],
    ["a short text that is like a short one", "So happy!!! Really"],
    ["no letters at all", "!!!"],
    ["a few words that are in a text", "drunk and shouted"],
  ])("that has %s", (_, text) => {
    expect(reasonFor(text)).toBeUndefined();
  });
});

test("what is left out says where it was, what it is like and how much", () => {
  const rows = [
    { text: "kept", id: 1 },
    { text: "The neighbour's big dog bit my little sister in the park.", id: 2, line: 7, file: "a.csv" },
    { text: "so happy", id: 3 },
  ];
  const { kept, dropped } = withoutLeaks(rows, measured);
  expect(kept).toEqual([rows[0]]);
  expect(dropped).toEqual([
    { index: 1, testIndex: 2, reason: "nearly the same", similarity: expect.any(Number), line: 7, file: "a.csv" },
    { index: 2, testIndex: 3, reason: "same text", similarity: 1 },
  ]);
  expect(dropped[0]?.similarity).toBeGreaterThan(0.8);
});

test("of equally near texts the first is named, every time", () => {
  const twins = ["we went up the hill to see the sun rise a", "we went up the hill to see the sun rise b"];
  const check = () => withoutLeaks([{ text: "we went up the hill to see the sun rise" }], twins).dropped;
  expect(check()).toMatchObject([{ testIndex: 0 }]);
  expect(check()).toEqual(check());
});

test("without measured texts everything is kept", () => {
  const rows = [{ text: "so happy" }];
  expect(withoutLeaks(rows, [])).toEqual({ kept: rows, dropped: [] });
});
