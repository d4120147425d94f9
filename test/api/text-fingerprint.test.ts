import { expect, test } from "@jest/globals";
import { textFingerprint } from "../../api/src/text-fingerprint.js";

test.each([
  ["case", "I LOST my Keys", "i lost my keys"],
  ["white space", "  I lost\n my\tkeys ", "I lost my keys"],
  ["punctuation", "I lost — my keys!!!", "I lost my keys."],
  ["the form of a character", "caf\u00e9 ﬁne", "cafe\u0301 fine"],
])("%s makes no difference to a fingerprint", (_, one, other) => {
  expect(textFingerprint(one)).toBe(textFingerprint(other));
  expect(textFingerprint(one)).toMatch(/^[0-9a-f]{32}$/);
});

test.each([
  ["I lost my keys", "I lost my key"],
  ["I am happy", "I am not happy"],
  ["😀", "😭"],
  ["!", "?"],
  ["мама", "папа"],
])("%j and %j have different fingerprints", (one, other) => {
  expect(textFingerprint(one)).not.toBe(textFingerprint(other));
});
