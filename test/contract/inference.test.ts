import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { EMOTIONS } from "@sentiloop/inference/contract";
import { HttpClassifier } from "../../api/src/http-classifier.js";
import { startInference, type TestInference } from "../support/inference.js";

/** What the gateway expects of the inference service, asked of the real one. */

const TEXT = "😀 I’m  SO happy, because my friend\u0301 didn't die in 1999!";

let inference: TestInference;
let classifier: HttpClassifier;

beforeAll(async () => {
  inference = await startInference();
  classifier = new HttpClassifier(inference.origin);
});
afterAll(async () => {
  await classifier.close();
  await inference.stop();
});

test.each(EMOTIONS)(
  "any emotion is explained, %s too, by parts that follow each other in the text",
  async (emotion) => {
    const tokens = await classifier.explain(TEXT, emotion);
    expect(tokens.map(({ start, end }) => TEXT.slice(start, end))).toEqual(tokens.map(({ token }) => token));
    expect(tokens.map(({ token }) => token)).toEqual(expect.arrayContaining(["SO", "happy", "because", "1999", "!"]));
    const bounds = tokens.flatMap(({ start, end }) => [start, end]);
    expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
  },
);

test("weights are the asked emotion's own, with the sign of what they do to it", async () => {
  const weightOf = async (emotion: "joy" | "sadness") => {
    const tokens = await classifier.explain("I was so happy and delighted.", emotion);
    return tokens.find(({ token }) => token === "happy")?.weight ?? 0;
  };
  expect(await weightOf("joy")).toBeGreaterThan(0);
  expect(await weightOf("sadness")).toBeLessThan(await weightOf("joy"));
});

test.each([
  ["emoji", "😀😀"],
  ["one mark", "!"],
  ["one endless word", "x".repeat(5000)],
  ["more words than the network reads", "word ".repeat(1000)],
])("a text of %s is explained, too", async (_, text) => {
  for (const { start, end, token } of await classifier.explain(text, "fear"))
    expect(text.slice(start, end)).toBe(token);
});

test("a text that is longer than the network reads is classified as truncated, another is not", async () => {
  const truncated = async (text: string) => (await classifier.classify(text)).classification.truncated;
  expect(await truncated("word ".repeat(1000))).toBe(true);
  expect(await truncated("a few words")).toBe(false);
});
