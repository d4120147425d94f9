import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { DatasetRow } from "@sentiloop/inference/contract";
import pino from "pino";
import { ulid } from "ulid";
import type { DatasetExport } from "../../api/src/dataset-export.js";
import { DynamoDBExportJobStore } from "../../api/src/dynamodb-export-job-store.js";
import { DynamoDBPredictionStore } from "../../api/src/dynamodb-prediction-store.js";
import { ExportService } from "../../api/src/export-service.js";
import { FileExportStore } from "../../api/src/file-export-store.js";
import type { PredictionStore } from "../../api/src/prediction-store.js";
import { startDynamoDB, type TestDynamoDB } from "../support/dynamodb.js";
import { prediction } from "../support/predictions.js";

const ROWS = 200;
const folder = mkdtempSync(join(tmpdir(), "sentiloop-exports-"));
const files = new FileExportStore(folder, Buffer.alloc(32, 1));
const log = pino({ level: "silent" });
let database: TestDynamoDB;
let predictions: PredictionStore;
let jobs: DynamoDBExportJobStore;
let service: ExportService;

beforeAll(async () => {
  database = await startDynamoDB();
  predictions = new DynamoDBPredictionStore(database.client, database.tables);
  jobs = new DynamoDBExportJobStore(database.client, database.tables);
  for (let index = 0; index < ROWS; index += 1) await predictions.add(prediction({ text: `row ${index}` }));
});
beforeEach(() => {
  service = new ExportService({ predictions, jobs, files, log });
});
afterAll(async () => {
  await predictions.settle();
  await database.stop();
  rmSync(folder, { recursive: true });
});

/** The store, but with a scan of its own. */
function scanning(scan: PredictionStore["scan"]): PredictionStore {
  return Object.assign(Object.create(predictions), { scan });
}

async function finished(by: ExportService, id: string): Promise<DatasetExport | undefined> {
  for (;;) {
    const found = await by.find(id);
    if (found?.status !== "RUNNING") return found;
    await setTimeout(20);
  }
}

function lines(id: string): number {
  return readFileSync(join(folder, `${id}.csv`), "utf8")
    .trimEnd()
    .split("\n").length;
}

test("an export that is slow answers RUNNING, shows its progress and gets READY", async () => {
  let blocked = true;
  const slow = scanning(async function* (part) {
    while (blocked && part.segment === 20) await setTimeout(10);
    yield* predictions.scan(part);
  });
  service = new ExportService({ predictions: slow, jobs, files, log });
  const started = await service.start({}, "RFC4180");
  expect(started).toMatchObject({ status: "RUNNING", url: null, sha256: null, expiresAt: null });
  const running = await service.find(started.id);
  expect(running?.progress).toBeGreaterThan(0.5);
  expect(running?.progress).toBeLessThan(1);
  expect(running?.rowCount).toBeLessThan(ROWS);
  blocked = false;
  expect(await finished(service, started.id)).toMatchObject({ status: "READY", progress: 1, rowCount: ROWS });
  expect(lines(started.id)).toBe(ROWS + 1);
});

describe("a broken export", () => {
  const broken = () =>
    scanning(async function* (part) {
      for await (const rows of predictions.scan(part)) {
        yield rows;
        if (part.segment === 9) throw new Error("the database fell over");
      }
    });

  test("is FAILED, says what to do and leaves no file behind", async () => {
    service = new ExportService({ predictions: broken(), jobs, files, log });
    const failed = await service.start({}, "RFC4180");
    expect(failed).toMatchObject({
      status: "FAILED",
      url: null,
      error: expect.stringContaining("Start another export"),
    });
    expect(failed.error).not.toContain("fell over");
    expect(readdirSync(folder).filter((name) => name.startsWith(failed.id))).toEqual([]);
    expect(await service.find(failed.id)).toMatchObject({ status: "FAILED" });
  });

  test("does not keep the next one from running", async () => {
    expect(await service.start({}, "RFC4180")).toMatchObject({ status: "READY", rowCount: ROWS });
  });

  test("by a disk that refuses is FAILED too", async () => {
    const refusing = Object.assign(Object.create(files), {
      write: async (_id: string, content: Readable) => {
        content.destroy();
        throw new Error("no space left");
      },
    });
    service = new ExportService({ predictions, jobs, files: refusing, log });
    expect(await service.start({}, "RFC4180")).toMatchObject({ status: "FAILED" });
  });
});

test("an export that a crash interrupted is run again at the next start", async () => {
  const never = scanning(async function* (): AsyncGenerator<DatasetRow[]> {
    await setTimeout(60_000, undefined, { ref: false });
    yield [];
  });
  const crashed = new ExportService({ predictions: never, jobs, files, log });
  const { id } = await crashed.start({ status: ["PENDING"] }, "SPREADSHEET");
  crashed.close();
  expect(await service.find(id)).toMatchObject({ status: "RUNNING" });
  await service.resume();
  expect(await finished(service, id)).toMatchObject({ id, status: "READY", rowCount: ROWS });
  expect(readFileSync(join(folder, `${id}.csv`), "utf8").startsWith("\uFEFF")).toBe(true);
});

test("more exports than may wait are refused for a while", async () => {
  const never = scanning(async function* (): AsyncGenerator<DatasetRow[]> {
    await setTimeout(60_000, undefined, { ref: false });
    yield [];
  });
  const busy = new ExportService({ predictions: never, jobs, files, log });
  await Promise.all(Array.from({ length: 22 }, () => busy.start({}, "RFC4180")));
  await expect(busy.start({}, "RFC4180")).rejects.toMatchObject({
    extensions: { code: "RATE_LIMITED", retryAfterSeconds: expect.any(Number) },
  });
  busy.close();
});

describe("the file store", () => {
  const tomorrow = new Date(Date.now() + 86_400_000);
  const address = (path: string) => new URL(path, "http://localhost");

  test("gives back what was written under a signed address", async () => {
    const id = ulid();
    await files.write(id, Readable.from(["a,b\n"]));
    const found = await files.open(address(await files.url(id, tomorrow)));
    expect(found).toMatchObject({ byteCount: 4, name: expect.stringMatching(/^sentiloop-\d{4}-.*\.csv$/) });
    expect(found && (await text(found.content))).toBe("a,b\n");
  });

  test("refuses an expired address, another secret's, another id's and a file that is gone", async () => {
    const id = ulid();
    await files.write(id, Readable.from(["x"]));
    const stranger = new FileExportStore(folder, Buffer.alloc(32, 2));
    const url = await files.url(id, tomorrow);
    for (const refused of [
      await files.url(id, new Date(0)),
      await stranger.url(id, tomorrow),
      url.replace(id, ulid()),
      "/exports/..%2fsecret",
    ]) {
      expect(await files.open(address(refused))).toBeUndefined();
    }
    rmSync(join(folder, `${id}.csv`));
    expect(await files.open(address(url))).toBeUndefined();
  });

  test("refuses an address with any one character altered", async () => {
    const id = ulid();
    await files.write(id, Readable.from(["x"]));
    const url = await files.url(id, tomorrow);
    const signature = url.indexOf("signature=") + "signature=".length;
    for (let index = url.indexOf("=") + 1; index < url.length; index += 1) {
      for (const other of index < signature ? "0123456789" : "ABCDabcd0189-_") {
        const altered = url.slice(0, index) + other + url.slice(index + 1);
        if (altered !== url) expect(await files.open(address(altered))).toBeUndefined();
      }
    }
  });

  test("removes what is older than a time, partial files included, and nothing else", async () => {
    const id = ulid();
    await files.write(id, Readable.from(["x"]));
    await files.removeOlderThan(new Date(Date.now() - 60_000));
    expect(existsSync(join(folder, `${id}.csv`))).toBe(true);
    await files.removeOlderThan(new Date(Date.now() + 60_000));
    expect(readdirSync(folder)).toEqual([]);
  });
});
