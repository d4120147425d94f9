import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { EMOTIONS } from "@sentiloop/inference/contract";
import pino from "pino";
import { DynamoDBExportJobStore } from "../../api/src/dynamodb-export-job-store.js";
import { DynamoDBIdempotencyStore } from "../../api/src/dynamodb-idempotency-store.js";
import { DynamoDBPredictionStore } from "../../api/src/dynamodb-prediction-store.js";
import { FileExportStore } from "../../api/src/file-export-store.js";
import { createGateway } from "../../api/src/gateway.js";
import { HttpClassifier } from "../../api/src/http-classifier.js";
import { Metrics } from "../../api/src/metrics.js";
import { listen } from "../../api/src/server.js";
import { startDynamoDB } from "../support/dynamodb.js";
import type { TestGateway } from "../support/gateway.js";

/** Texts that the fake takes for longer than its network reads, in UTF-16 code units. */
export const FAKE_LIMIT = 200;

/** A request as the fake got it. */
export interface SeenRequest {
  path: string;
  body: Record<string, unknown>;
}

type Answers = (body: Record<string, unknown>) => [status: number, answer: unknown];

/** Of `v1`: all right but for five texts of guilt that it took for joy. */
const CONFUSION = Object.fromEntries(
  EMOTIONS.map((truth) => [
    truth,
    Object.fromEntries(
      EMOTIONS.map((chosen) => [chosen, truth === chosen ? 100 : truth === "guilt" && chosen === "joy" ? 5 : 0]),
    ),
  ]),
);

/**
 * An inference service over real HTTP that fails on demand, as no real one does. It serves "v1", can serve "v2",
 * refuses to serve "worse" and finds "joy" in every text.
 */
export class FakeInference {
  serving = "v1";

  /** Every request so far, oldest first. */
  readonly seen: SeenRequest[] = [];

  /** The most requests that were unanswered at a time. */
  busiest = 0;

  private unanswered = 0;
  private readonly overrides = new Map<string, RequestListener>();
  private readonly server = createServer((request, response) => void this.answer(request, response));

  private readonly answers: Readonly<Record<string, Answers>> = {
    "/v1/models/emotion": () => [200, { name: "emotion", models: ["v1", "v2"].map((name) => this.describe(name)) }],
    "/v1/models/emotion:predict": ({ instances }) => [200, this.predictionsOf(instances as string[])],
    "/v1/models/emotion:explain": ({ instance, emotion }) => [
      200,
      { emotion, tokens: words(String(instance)), truncated: false, modelVersion: this.serving },
    ],
    "/v1/models/emotion:promote": ({ version }) => this.promote(String(version)),
  };

  /** Starts it on a free port. */
  static async start(): Promise<FakeInference> {
    const fake = new FakeInference();
    await once(fake.server.listen(0, "127.0.0.1"), "listening");
    return fake;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The requests to one verb of the model, such as "explain". */
  asked(verb: string): SeenRequest[] {
    return this.seen.filter(({ path }) => path === `/v1/models/emotion:${verb}`);
  }

  /** What it answers to texts that it predicts. */
  predictionsOf(texts: readonly string[]) {
    return { predictions: texts.map(classification), modelVersion: this.serving };
  }

  /** Answers a path in another way until `behave`. */
  misbehave(path: string, listener: RequestListener): void {
    this.overrides.set(path, listener);
  }

  /** Answers everything properly again and forgets what it has seen. */
  behave(): void {
    this.overrides.clear();
    this.seen.length = 0;
    this.busiest = 0;
    this.serving = "v1";
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.unanswered += 1;
    this.busiest = Math.max(this.busiest, this.unanswered);
    response.once("close", () => {
      this.unanswered -= 1;
    });
    const path = request.url ?? "";
    const body = JSON.parse((await readText(request)) || "{}");
    this.seen.push({ path, body });
    const override = this.overrides.get(path);
    if (override) return override(request, response);
    const [status, answer] = this.answers[path]?.(body) ?? [404, refusal("NOT_FOUND", "There is nothing here.")];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  }

  private describe(version: string) {
    return {
      version,
      serving: version === this.serving,
      createdAt: "2026-01-02T03:04:05.000Z",
      trainedOnRows: 5000,
      datasetSha256: "ab".repeat(32),
      parameters: 123_456,
      metrics: {
        accuracy: 0.7,
        macroF1: 0.69,
        expectedCalibrationError: 0.02,
        testRows: 760,
        ...(version === "v1" && { confusion: CONFUSION }),
      },
    };
  }

  private promote(version: string): [number, unknown] {
    if (version === "worse") return [409, refusal("REFUSED", "worse is right on 60 %, v1 on 70 % of the test set.")];
    if (version !== "v1" && version !== "v2") return [404, refusal("NOT_FOUND", `There is no version ${version}.`)];
    const previous = this.serving;
    this.serving = version;
    return [200, { version, previous }];
  }
}

function refusal(code: string, message: string) {
  return { error: { code, message } };
}

function classification(text: string) {
  const probabilities = { anger: 0.05, disgust: 0.05, fear: 0.05, guilt: 0.05, joy: 0.7, sadness: 0.05, shame: 0.05 };
  return {
    emotion: "joy",
    probabilities,
    uncertain: false,
    uncertaintyReasons: [],
    truncated: text.length > FAKE_LIMIT,
  };
}

/** Every word with a weight of its length in percent. */
function words(text: string) {
  return [...text.matchAll(/\p{L}+/gu)].map(({ 0: word, index }) => ({
    token: word,
    start: index,
    end: index + word.length,
    weight: word.length / 100,
  }));
}

/** Starts a gateway in this process over a fresh database and this inference service; `stop` leaves the latter alone. */
export async function startGatewayOver(origin: string): Promise<TestGateway> {
  const database = await startDynamoDB();
  const classifier = new HttpClassifier(origin, { answer: 1000, explain: 1000, promote: 1000 });
  const folder = mkdtempSync(join(tmpdir(), "sentiloop-gateway-"));
  const lines: string[] = [];
  const store = new DynamoDBPredictionStore(database.client, database.tables);
  const files = new FileExportStore(join(folder, "exports"), Buffer.alloc(32, 7));
  const gateway = await createGateway({
    classifier,
    predictions: store,
    idempotency: new DynamoDBIdempotencyStore(database.client, database.tables),
    jobs: new DynamoDBExportJobStore(database.client, database.tables),
    files,
    downloads: files,
    metrics: new Metrics(),
    page: folder,
    log: pino({ level: "trace" }, { write: (line: string) => void lines.push(line) }),
  });
  const server = await listen(gateway.app, { host: "127.0.0.1", port: 0 });
  const stop = async () => {
    await server.stop();
    await gateway.stop();
    await classifier.close();
    await database.stop();
    rmSync(folder, { recursive: true });
  };
  return { address: server.address, store, log: () => lines.join(""), stop };
}

/** Ways in which no answer of use comes back. */
export const UNUSABLE: [string, RequestListener][] = [
  ["an error", (_, response) => response.writeHead(500).end(JSON.stringify(refusal("INTERNAL", "boom")))],
  ["an error in another form", (_, response) => response.writeHead(502).end("bad gateway")],
  ["no JSON", (_, response) => response.end("<html>")],
  ["JSON of another shape", (_, response) => response.end('{"tokens":[{"token":"x"}],"version":"v9","models":{}}')],
  ["a cut connection", (request) => request.socket.destroy()],
  ["half an answer", (request, response) => response.write('{"tok', () => request.socket.destroy())],
  ["silence", () => {}],
];
