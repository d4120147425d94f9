import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "@jest/globals";
import type { PredictRequest } from "@sentiloop/inference/contract";
import { HttpClassifier } from "../../api/src/http-classifier.js";

/** A service that fails as no real one does on demand. */
let server: Server;
let classifier: HttpClassifier;

afterEach(async () => {
  await classifier.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function serve(listener: RequestListener, answer = 5000): Promise<void> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  classifier = new HttpClassifier(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { answer });
}

/** Answers each text with a confidence of its length in percent, so that it can be told from others. */
function byLength({ instances }: PredictRequest): string {
  const predictions = instances.map(({ length }) => ({
    emotion: "joy",
    probabilities: { anger: 1 - length / 100, disgust: 0, fear: 0, guilt: 0, joy: length / 100, sadness: 0, shame: 0 },
    uncertain: false,
    uncertaintyReasons: [],
    truncated: false,
  }));
  return JSON.stringify({ predictions, modelVersion: "v1" });
}

test("texts that come at the same time share a request, and each gets its own answer", async () => {
  const sizes: number[] = [];
  await serve(async (request, response) => {
    const question: PredictRequest = JSON.parse(await text(request));
    sizes.push(question.instances.length);
    response.end(byLength(question));
  });
  const lengths = Array.from({ length: 90 }, (_, index) => index + 1);
  const answers = await Promise.all(lengths.map((length) => classifier.classify("x".repeat(length))));
  expect(answers.map(({ classification }) => Math.round(classification.probabilities.joy * 100))).toEqual(lengths);
  expect(answers[0]?.modelVersion).toBe("v1");
  expect(sizes).toEqual([90]);
});

const unusable: [string, RequestListener][] = [
  ["an error", (_, response) => response.writeHead(500).end("boom")],
  ["no JSON", (_, response) => response.end("<html>")],
  ["JSON of another shape", (_, response) => response.end('{"predictions":[{"emotion":"envy"}],"modelVersion":"v1"}')],
  ["too few predictions", (_, response) => response.end('{"predictions":[],"modelVersion":"v1"}')],
  ["a cut connection", (request) => request.socket.destroy()],
  ["silence", () => {}],
];

test.each(unusable)("%s is INFERENCE_UNAVAILABLE, and no label is made up", async (_, listener) => {
  await serve(listener, 300);
  await expect(classifier.classify("a text")).rejects.toMatchObject({ extensions: { code: "INFERENCE_UNAVAILABLE" } });
});
