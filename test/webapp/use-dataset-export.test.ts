import { afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type DatasetExport, useDatasetExport } from "../../webapp/src/composables/useDatasetExport.js";
import { loadFurtherTexts } from "../../webapp/src/i18n.js";
import type { ExportRequest } from "../../webapp/src/kept-export.js";
import { EVERYTHING } from "../../webapp/src/prediction-choice.js";
import { openPage, type Page, until } from "./page.js";
import { type PredictionServer, startPredictionServer } from "./prediction-server.js";

const JUDGED: ExportRequest = { choice: EVERYTHING, dialect: "RFC4180" };

let server: PredictionServer;
let page: Page<ReturnType<typeof useDatasetExport>>;

beforeAll(loadFurtherTexts);
beforeEach(async () => {
  server = await startPredictionServer();
  page = openPage(server, useDatasetExport);
});
afterEach(async () => {
  page.leave();
  await server.close();
});

function exportIn(state: Partial<DatasetExport>): DatasetExport {
  const nothing = { sha256: null, url: null, expiresAt: null, error: null };
  const begun = { id: "E1", status: "RUNNING", progress: 0, rowCount: 0, byteCount: 0 } as const;
  return { ...begun, ...nothing, createdAt: "2026-01-01T00:00:00.000Z", ...state };
}

const ready = exportIn({ status: "READY", progress: 1, rowCount: 7, byteCount: 900, sha256: "ab", url: "/exports/E1" });

/** The server starts an export in the first state and is in the next one each time that it is asked. */
function exportGoesThrough(first: DatasetExport, ...rest: (DatasetExport | null)[]): void {
  const left = [...rest];
  server.resolvers = { exportCsv: () => first, datasetExport: () => left.shift() };
}

const asked = () => server.sent.map(({ operationName }) => operationName);

describe("an export", () => {
  test("that is ready at once is not asked about again", async () => {
    exportGoesThrough(ready);
    await page.start(JUDGED);
    expect(page.current.value).toMatchObject({ status: "READY", rowCount: 7, url: "/exports/E1" });
    expect(asked()).toEqual(["ExportCsv"]);
  });

  test("holds the judged predictions unless others are asked for", async () => {
    exportGoesThrough(ready);
    await page.start(JUDGED);
    const choice = { ...EVERYTHING, status: ["PENDING", "REVISED"], emotion: ["JOY"] } as const;
    await page.start({ choice, dialect: "SPREADSHEET" });
    expect(server.sent.map(({ variables }) => variables)).toEqual([
      { dialect: "RFC4180", filter: null },
      { dialect: "SPREADSHEET", filter: { status: ["PENDING", "REVISED"], emotion: ["JOY"] } },
    ]);
  });

  test("is followed until its file is ready", async () => {
    exportGoesThrough(exportIn({}), exportIn({ progress: 0.5, rowCount: 3 }), ready);
    const done = page.start(JUDGED);
    expect(page.running.value).toBe(true);
    await until(() => page.current.value?.progress === 0.5);
    await done;
    expect(page.current.value?.status).toBe("READY");
    expect(page.running.value).toBe(false);
  });

  test("starts once, however often the button is pressed", async () => {
    exportGoesThrough(ready);
    await Promise.all([page.start(JUDGED), page.start(JUDGED)]);
    expect(asked()).toEqual(["ExportCsv"]);
  });

  test("is followed on when one answer was lost", async () => {
    exportGoesThrough(exportIn({}), ready);
    let lost = false;
    server.answer = async ({ operationName }, execute) => {
      if (operationName !== "DatasetExport" || lost) return execute();
      lost = true;
      return "cut";
    };
    await page.start(JUDGED);
    expect(page.failure.value).toBeNull();
    expect(page.current.value?.status).toBe("READY");
  });

  test("that failed says why, and is started anew by trying again", async () => {
    exportGoesThrough(exportIn({}), exportIn({ status: "FAILED", error: "The disk is full." }));
    await page.start(JUDGED);
    expect(page.failure.value?.message).toBe("The disk is full.");
    exportGoesThrough(ready);
    await page.retry();
    expect(page.failure.value).toBeNull();
    expect(page.current.value?.status).toBe("READY");
  });

  test("that could not be started after another one is started by trying again", async () => {
    exportGoesThrough(ready);
    await page.start(JUDGED);
    server.answer = async () => "cut";
    await page.start(JUDGED);
    expect(page.failure.value?.code).toBe("NETWORK");
    server.answer = (_operation, execute) => execute();
    exportGoesThrough({ ...ready, id: "E2" });
    await page.retry();
    expect(page.current.value?.id).toBe("E2");
  });

  test("that the server has forgotten says so and can be started anew", async () => {
    exportGoesThrough(exportIn({}), null);
    await page.start(JUDGED);
    expect(page.failure.value?.message).toBe("The server no longer has this export. Start it again.");
    expect(page.current.value).toBeNull();
    exportGoesThrough(ready);
    await page.retry();
    expect(page.current.value?.status).toBe("READY");
  });

  test("expires when the server said", async () => {
    exportGoesThrough({ ...ready, expiresAt: new Date(Date.now() + 400).toISOString() });
    await page.start(JUDGED);
    expect(page.checkExpiry()).toBe(false);
    await until(() => page.expired.value);
    exportGoesThrough(ready);
    await page.start(JUDGED);
    expect(page.expired.value).toBe(false);
  });

  test("is no longer asked about once the page is left", async () => {
    exportGoesThrough(exportIn({}), exportIn({}), exportIn({}));
    const done = page.start(JUDGED);
    await until(() => page.current.value !== null);
    page.leave();
    await done;
    expect(asked()).toEqual(["ExportCsv"]);
  });
});
