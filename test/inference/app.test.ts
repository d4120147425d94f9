import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { MAX_INSTANCES, type PredictResponse, predictResponseSchema } from "@sentiloop/inference/contract";
import { exchange, PREDICT_PATH, type Received, RunningApp } from "./running-app.js";

let running: RunningApp;

beforeAll(async () => {
  running = await RunningApp.start();
});

afterAll(() => running.stop());

async function predict(...instances: string[]): Promise<PredictResponse> {
  const answer = await running.predict(JSON.stringify({ instances }));
  expect(answer.status).toBe(200);
  return predictResponseSchema.parse(JSON.parse(answer.text));
}

function errorOf({ text }: Received): { code: string; message: string; instance?: number } {
  return JSON.parse(text).error;
}

describe("predicting", () => {
  test("answers one prediction a text, in order, with the version that made them", async () => {
    const { predictions, modelVersion } = await predict(
      "I was so happy when I passed.",
      "I was afraid to walk home alone.",
    );
    expect(predictions.map(({ emotion }) => emotion)).toEqual(["joy", "fear"]);
    expect(modelVersion).toBe(running.model.version);
  });

  test(`takes ${MAX_INSTANCES} texts at once`, async () => {
    const texts = Array.from({ length: MAX_INSTANCES }, (_, index) => `I was afraid ${index} times.`);
    expect((await predict(...texts)).predictions).toHaveLength(MAX_INSTANCES);
  });

  test("takes the largest request that its limits allow, each character escaped", async () => {
    const escaped = "\\ud83d\\ude42".repeat(5000);
    const body = `{"instances":[${Array(MAX_INSTANCES).fill(`"${escaped}"`).join(",")}]}`;
    expect((await running.predict(body)).status).toBe(200);
  });

  test("takes a content type with parameters and a body with a byte order mark", async () => {
    const answer = await running.predict('\uFEFF{"instances":["fine"]}', {
      "content-type": "Application/JSON; charset=utf-8",
    });
    expect(answer.status).toBe(200);
  });
});

describe("the length of a text", () => {
  test.each(["a", "🙂", "é"])(
    "may be 5,000 times %j, counted in code points and without white space around",
    async (character) => {
      const answer = await running.predict(JSON.stringify({ instances: [` ${character.repeat(5000)}\n`] }));
      expect(answer.status).toBe(200);
    },
  );

  test.each(["a", "🙂"])("may not be 5,001 times %j", async (character) => {
    const answer = await running.predict(JSON.stringify({ instances: ["fine", character.repeat(5001)] }));
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({
      code: "INVALID_REQUEST",
      message: "instances[1]: The text has 5001 characters; at most 5000 are allowed. Shorten it.",
      instance: 1,
    });
  });
});

describe("status 400", () => {
  test.each([
    ["a NUL", '{"instances":["a\\u0000b"]}', "instances[0]: The text contains a NUL"],
    ["a lone surrogate", '{"instances":["fine","\\ud83d"]}', "instances[1]: The text contains a lone surrogate"],
    ["an empty text", '{"instances":[""]}', "instances[0]: The text is empty"],
    ["a text of white space", '{"instances":[" \\n\\t\\u00a0"]}', "instances[0]: The text is empty"],
    ["a number for a text", '{"instances":[1]}', "instances[0] is not a text"],
    ["null for a text", '{"instances":["fine",null]}', "instances[1] is not a text"],
    ["no texts", '{"instances":[]}', `"instances" has 0 texts; send 1 to ${MAX_INSTANCES}.`],
    ["too many texts", JSON.stringify({ instances: Array(MAX_INSTANCES + 1).fill("a") }), `"instances" has 129 texts`],
    ["a text for the array", '{"instances":"fine"}', "array of texts"],
    ["another field", '{"texts":["fine"]}', "array of texts"],
    ["an array", '["fine"]', "array of texts"],
    ["null", "null", "array of texts"],
    ["a text", '"fine"', "array of texts"],
    ["broken JSON", '{"instances":["fine"]', "not valid JSON"],
    ["an empty body", "", "not valid JSON"],
    ["deeply nested JSON", "[".repeat(1e6), "not valid JSON"],
    ["bytes that are not UTF-8", Buffer.from('{"instances":["\xff"]}', "latin1"), "not valid UTF-8"],
    ["half of a character in UTF-8", Buffer.from([0x22, 0xf0, 0x9f, 0x22]), "not valid UTF-8"],
  ])("is for %s", async (_, body, message) => {
    const answer = await running.predict(body);
    expect([answer.status, answer.headers["content-type"]]).toEqual([400, "application/json"]);
    expect(errorOf(answer).message).toContain(message);
  });

  test("never quotes what was sent", async () => {
    expect((await running.predict('{"instances": [my secret')).text).not.toContain("secret");
  });
});

describe("other refusals", () => {
  test("an unknown path is 404, its query aside", async () => {
    const answer = await running.get("/v1/models/sentiment?x=1");
    expect([answer.status, errorOf(answer).code]).toEqual([404, "NOT_FOUND"]);
  });

  test.each([
    ["GET", PREDICT_PATH, "POST"],
    ["DELETE", "/v1/models/emotion", "GET, HEAD"],
    ["POST", "/readyz", "GET, HEAD"],
  ])("%s %s is 405 and says what is allowed", async (method, path, allow) => {
    const answer = await exchange(running.url + path, { method });
    expect([answer.status, answer.headers.allow, errorOf(answer).code]).toEqual([405, allow, "METHOD_NOT_ALLOWED"]);
  });

  test.each([
    [{ "content-type": "text/plain" }],
    [{ "content-type": "application/jsonp" }],
    [{ "content-type": "application/x-www-form-urlencoded" }],
    [{ "content-encoding": "gzip" }],
  ])("a body sent with %j is 415", async (headers) => {
    const answer = await running.predict('{"instances":["fine"]}', headers);
    expect([answer.status, errorOf(answer).code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
  });

  test("a body over the limit is 413, whether or not its length is announced, and ends the connection", async () => {
    const body = "x".repeat(9 * 2 ** 20);
    for (const headers of [{}, { "transfer-encoding": "chunked" }] as Record<string, string>[]) {
      const answer = await running.predict(body, headers);
      expect([answer.status, answer.headers.connection, errorOf(answer).code]).toEqual([
        413,
        "close",
        "BODY_TOO_LARGE",
      ]);
    }
  });
});
