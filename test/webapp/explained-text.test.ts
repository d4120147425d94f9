import { expect, test } from "@jest/globals";
import { explainedText, strongestParts } from "../../webapp/src/explained-text.js";

const TEXT = "So happy, so tired.";
const at = (token: string, weight: number) => {
  const start = TEXT.indexOf(token);
  return { start, end: start + token.length, weight };
};

test("a text is cut into what counted and the rest, and nothing of it is lost", () => {
  const parts = explainedText(TEXT, [at("happy", 0.5), at("tired", -0.3), at("So", 0.01)]);
  expect(parts.map(({ text }) => text).join("")).toBe(TEXT);
  expect(parts.filter(({ weight }) => weight !== 0)).toEqual([
    { text: "happy", weight: 0.5 },
    { text: "tired", weight: -0.3 },
  ]);
});

test("the words that spoke most are named, the strongest first, and nothing that is no word", () => {
  const parts = explainedText(TEXT, [at("So", 0.3), at("happy", 0.5), at(",", 0.4), at("tired", -0.3)]);
  expect(strongestParts(parts)).toEqual(["happy", "So"]);
});

test("weights of places that are not in the text are left out", () => {
  expect(explainedText("Hm", [{ start: 5, end: 9, weight: 1 }])).toEqual([{ text: "Hm", weight: 0 }]);
});
