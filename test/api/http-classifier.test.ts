import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { PredictRequest } from "@sentiloop/inference/contract";
import pino from "pino";
import { HttpClassifier } from "../../api/src/http-classifier.js";

/** A service that fails as no real one does on demand. */
let server: Server;
let classifier: HttpClassifier;
let listener: RequestListener;
let requests = 0;
let logged = "";

beforeEach(() => {
  requests = 0;
  logged = "";
});
afterEach(async () => {
  await classifier.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function serve(first: RequestListener, answer = 5000): Promise<void> {
  listener = first;
  server = createServer((request, response) => {
    requests += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const write = (line: string) => {
    logged += line;
  };
  const log = pino({ level: "trace" }, { write });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  classifier = new HttpClassifier(origin, { answer, promote: answer }, log);
}

const UNAVAILABLE = { extensions: { code: "INFERENCE_UNAVAILABLE" } };
const dies: RequestListener = (request) => void request.socket.destroy();

/** Answers as the real service does. */
async function works(request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.end(byLength(JSON.parse(await text(request))));
}

/** Answers in one way at first, then as the real service does. */
function failsFirst(times: number, failing: RequestListener): RequestListener {
  return (request, response) => (requests <= times ? failing : works)(request, response);
}

/** Asks until the circuit is open, as many requests at a time as there are sockets. */
async function openCircuit(): Promise<void> {
  for (let round = 0; classifier.connection.circuit !== "open" && round < 10; round += 1) {
    await expect(classifier.classify("a text")).rejects.toMatchObject(UNAVAILABLE);
  }
  expect(classifier.connection.circuit).toBe("open");
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
  await expect(classifier.classify("a text")).rejects.toMatchObject(UNAVAILABLE);
  expect(classifier.connection.failures).toBe(requests);
});

describe("a classification", () => {
  test.each<[string, RequestListener]>([
    ["an error", (_, response) => response.writeHead(500).end("boom")],
    ["a bad gateway", (_, response) => response.writeHead(502).end("<html>")],
    ["a cut connection", dies],
    ["half an answer", (request, response) => response.write('{"pred', () => request.socket.destroy())],
  ])("is asked for again after %s", async (_, failing) => {
    await serve(failsFirst(2, failing));
    expect(await classifier.classify("a text")).toMatchObject({ modelVersion: "v1" });
    expect(classifier.connection).toMatchObject({ retries: 2, failures: 2, circuit: "closed" });
  });

  test("is asked for three times at most", async () => {
    await serve((_, response) => response.writeHead(503).end());
    await expect(classifier.classify("a text")).rejects.toMatchObject(UNAVAILABLE);
    expect(requests).toBe(3);
  });

  test("may come slowly, up to its deadline", async () => {
    await serve(async (request, response) => {
      await setTimeout(400);
      await works(request, response);
    });
    expect(await classifier.classify("a text")).toMatchObject({ modelVersion: "v1" });
    expect(requests).toBe(1);
  });

  test("whose answer begins in time and never ends is given up at the deadline", async () => {
    await serve((_, response) => void response.write('{"pred'), 300);
    await expect(classifier.classify("a text")).rejects.toMatchObject(UNAVAILABLE);
  });
});

describe("a service that is busy", () => {
  const busy =
    (retryAfter?: string): RequestListener =>
    (_, response) =>
      response.writeHead(429, retryAfter === undefined ? {} : { "retry-after": retryAfter }).end();

  test("is asked again when it said that it would be ready, not earlier, also about other texts", async () => {
    await serve(failsFirst(1, busy("1")));
    const start = performance.now();
    const first = classifier.classify("a text");
    await setTimeout(200);
    await Promise.all([first, classifier.classify("another")]);
    expect(performance.now() - start).toBeGreaterThanOrEqual(1000);
    expect(requests).toBeLessThanOrEqual(3);
  });

  test.each([
    ["60", 60],
    [new Date(Date.now() + 50_000).toUTCString(), expect.any(Number)],
    ["1000000", 60],
  ])("for longer than the deadline is RATE_LIMITED at once: %s", async (retryAfter, seconds) => {
    await serve(busy(retryAfter));
    for (const attempt of ["a text", "another"]) {
      await expect(classifier.classify(attempt)).rejects.toMatchObject({
        extensions: { code: "RATE_LIMITED", retryAfterSeconds: seconds },
      });
    }
    expect(requests).toBe(1);
    expect(classifier.connection).toMatchObject({ circuit: "closed", failures: 0 });
  });

  test("without saying for how long is left alone for a second", async () => {
    await serve(failsFirst(1, busy()));
    const start = performance.now();
    await classifier.classify("a text");
    expect(performance.now() - start).toBeGreaterThanOrEqual(1000);
  });
});

describe("a text that the service refuses", () => {
  test.each([400, 413, 422])("with %i fails alone, whatever shares its request", async (status) => {
    await serve(async (request, response) => {
      const question: PredictRequest = JSON.parse(await text(request));
      if (!question.instances.some((each) => each.startsWith("bad"))) return response.end(byLength(question));
      return response.writeHead(status).end('{"error":{"code":"INVALID_REQUEST","message":"It is bad."}}');
    });
    const texts = [...Array.from({ length: 40 }, (_, index) => "x".repeat(index + 1)), "bad"];
    texts.unshift("bad as well");
    const answers = await Promise.allSettled(texts.map((each) => classifier.classify(each)));
    for (const [index, answer] of answers.entries()) {
      if (texts[index]?.startsWith("bad")) {
        expect(answer).toMatchObject({ reason: { extensions: { code: "BAD_USER_INPUT", argument: "text" } } });
      } else {
        const joy = (texts[index]?.length ?? 0) / 100;
        expect(answer).toMatchObject({ value: { classification: { probabilities: { joy } } } });
      }
    }
    expect(classifier.connection).toMatchObject({ circuit: "closed", failures: 0 });
  });
});

test("more texts than may wait are RATE_LIMITED, those that wait are answered", async () => {
  await serve(works);
  const answers = await Promise.allSettled(Array.from({ length: 2050 }, () => classifier.classify("a text")));
  const refused = answers.filter(({ status }) => status === "rejected");
  expect(refused).toHaveLength(50);
  expect(refused[0]).toMatchObject({ reason: { extensions: { code: "RATE_LIMITED", retryAfterSeconds: 1 } } });
});

describe("the circuit", () => {
  test("opens when the service is dead: it is left alone, and callers have their error at once", async () => {
    await serve(dies);
    await openCircuit();
    const before = requests;
    await expect(classifier.classify("a text")).rejects.toMatchObject(UNAVAILABLE);
    await expect(classifier.models()).rejects.toMatchObject(UNAVAILABLE);
    await expect(classifier.promote({ version: "v2", actor: "me" })).rejects.toThrow("was not promoted");
    expect(requests).toBe(before);
  });

  test("closes again once the service is alive", async () => {
    await serve(dies);
    await openCircuit();
    listener = works;
    let answer: unknown;
    for (let attempt = 0; answer === undefined && attempt < 100; attempt += 1) {
      answer = await classifier.classify("a text").catch(() => setTimeout(100));
    }
    expect(answer).toMatchObject({ modelVersion: "v1" });
    expect(classifier.connection.circuit).toBe("closed");
    const states = logged
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).circuit);
    expect(states).toEqual(["open", "half-open", "closed"]);
  });

  test("lets one request try, and makes the others wait for nothing", async () => {
    await serve(dies, 1500);
    await openCircuit();
    const before = requests;
    listener = () => {};
    await setTimeout(600);
    const trying = classifier.classify("the one that tries");
    const outcome = trying.catch((error) => error);
    await setTimeout(100);
    expect(classifier.connection.circuit).toBe("half-open");
    await expect(classifier.classify("another")).rejects.toMatchObject(UNAVAILABLE);
    expect(requests).toBe(before + 1);
    expect(classifier.connection.circuit).toBe("half-open");
    expect(await outcome).toMatchObject(UNAVAILABLE);
    expect(classifier.connection.circuit).toBe("open");
  });

  test("does not keep anybody from asking how the service is", async () => {
    await serve(dies);
    await openCircuit();
    const before = requests;
    await expect(classifier.health()).rejects.toMatchObject(UNAVAILABLE);
    expect(requests).toBe(before + 1);
  });

  test("is not opened by what fails beside classification", async () => {
    await serve((request, response) => (request.url?.endsWith(":explain") ? dies : works)(request, response));
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await expect(classifier.explain("a text", "joy")).rejects.toMatchObject(UNAVAILABLE);
    }
    expect(requests).toBe(6);
    expect(await classifier.classify("a text")).toMatchObject({ modelVersion: "v1" });
  });

  test("is logged, and no text with it", async () => {
    await serve(dies);
    await openCircuit();
    expect(logged).toContain('"circuit":"open"');
    expect(logged).not.toContain("a text");
  });
});

test.each(unusable)("a promotion is asked for once: %s leaves open whether it happened", async (_, failing) => {
  await serve(failing, 300);
  await expect(classifier.promote({ version: "v2", actor: "me" })).rejects.toThrow("not known whether");
  expect(requests).toBe(1);
});
