import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  EMOTIONS,
  type Emotion,
  type ExplainResponse,
  explainResponseSchema,
  predictResponseSchema,
} from "@sentiloop/inference/contract";
import { EXPLAIN_PATH, RunningApp } from "./running-app.js";

let running: RunningApp;

beforeAll(async () => {
  running = await RunningApp.start();
});

afterAll(() => running.stop());

async function explain(instance: string, emotion?: Emotion): Promise<ExplainResponse> {
  const { status, text } = await running.post(EXPLAIN_PATH, JSON.stringify({ instance, emotion }));
  expect(status).toBe(200);
  return explainResponseSchema.parse(JSON.parse(text));
}

describe("an explanation", () => {
  test("gives the emotion and the version that predicting gives", async () => {
    const text = "They laughed at me and I felt so ashamed.";
    const { emotion, modelVersion, truncated } = await explain(text);
    const predicted = await running.predict(JSON.stringify({ instances: [text] }));
    const { predictions } = predictResponseSchema.parse(JSON.parse(predicted.text));
    expect([emotion, modelVersion, truncated]).toEqual([predictions[0]?.emotion, running.model.version, false]);
  });

  test("gives most weight to the word that carries the emotion", async () => {
    const { emotion, tokens } = await explain("Yesterday I was afraid of the dog next door");
    const [top] = tokens.toSorted((a, b) => b.weight - a.weight);
    expect([emotion, top?.token]).toEqual(["fear", "afraid"]);
  });

  test.each(EMOTIONS)("is for the emotion that is asked for: %s", async (wanted) => {
    const { emotion, tokens } = await explain("I was afraid of the dog", wanted);
    const afraid = tokens.find(({ token }) => token === "afraid")?.weight ?? 0;
    expect(emotion).toBe(wanted);
    expect(Math.sign(afraid)).toBe(wanted === "fear" ? 1 : -1);
  });

  test("is the same when the text's own emotion is asked for", async () => {
    const text = "They laughed at me and I felt so ashamed.";
    const unasked = await explain(text);
    expect(await explain(text, unasked.emotion)).toEqual(unasked);
  });

  test.each([
    "I'm  SO\n happy!!",
    "🙂🙂 Ich bin é glücklich, 25 times — don’t ask 𝒽ow",
    "Å (with a ring) and İstanbul",
  ])("gives each token exactly where it was typed: %j", async (text) => {
    const { tokens } = await explain(text);
    let end = 0;
    for (const token of tokens) {
      expect(text.slice(token.start, token.end)).toBe(token.token);
      expect(token.start).toBeGreaterThanOrEqual(end);
      end = token.end;
    }
    expect(tokens.length).toBeGreaterThan(3);
  });

  test("of a text without any token has none", async () => {
    expect((await explain("🙂")).tokens).toEqual([]);
  });

  test("of a long text hides neighbours together, which share the drop evenly", async () => {
    const words = Array.from({ length: 49 }, (_, index) => (index === 10 ? "terrified" : "table"));
    const { tokens } = await explain(words.join(" "));
    expect(tokens).toHaveLength(49);
    const weights = tokens.map(({ weight }) => weight);
    for (let start = 0; start < 48; start += 3) {
      expect(new Set(weights.slice(start, start + 3)).size).toBe(1);
    }
    expect(weights[9]).toBe(weights[11]);
    expect(weights[9]).not.toBe(weights[12]);
  });

  test("says when the text has more tokens than the network reads, and explains those that it read", async () => {
    const { truncated, tokens } = await explain("I was afraid. ".repeat(300));
    expect([truncated, tokens.length]).toEqual([true, running.model.tokenizer.options.maxTokens]);
  });
});

test.each([
  ["{}", "Send an object with a text"],
  ["null", "Send an object with a text"],
  ['{"instance": 5}', '"instance" is not a text'],
  ['{"instance": ""}', '"instance": The text is empty'],
  ['{"instance": "my secret\\u0000"}', '"instance": The text contains a NUL'],
  [
    '{"instance": "fine", "emotion": "Joy"}',
    `"emotion" is "Joy". Send one of ${EMOTIONS.join(", ")}, or leave it out.`,
  ],
  ['{"instance": "fine", "emotion": null}', '"emotion" is null. Send one of'],
  ['{"instance": "fine", "emotion": ["joy"]}', '"emotion" is ["joy"]. Send one of'],
  ["[]", "Send an object with a text"],
  ["5", "Send an object with a text"],
  ["{", 'Send {"instance": "text"}'],
])("%s is status 400", async (body, message) => {
  const { status, text } = await running.post(EXPLAIN_PATH, body);
  expect(status).toBe(400);
  expect(JSON.parse(text).error.message).toContain(message);
});
