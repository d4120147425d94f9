import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { BrowserContext } from "playwright-core";
import { launchBrowser, type TestBrowser } from "../support/browser.js";
import { barriers } from "./barriers.js";
import { openBuiltPage } from "./built-page.js";
import { answerAllPages, PAGE_STATES } from "./page-states.js";
import { type PredictionServer, startPredictionServer } from "./prediction-server.js";

/** Nothing keeps people out of any page, in whichever state and theme it is. */

let chromium: TestBrowser;
let context: BrowserContext;
let server: PredictionServer;

beforeAll(async () => {
  chromium = await launchBrowser();
});
afterAll(() => chromium.close());
beforeEach(async () => {
  server = await startPredictionServer();
  answerAllPages(server);
  // What fades in is not yet as legible as it will be.
  context = await chromium.browser.newContext({ locale: "en-GB", reducedMotion: "reduce" });
});
afterEach(async () => {
  await context.close();
  await server.close();
});

test.each(PAGE_STATES)("$name", async ({ path, prepare, reach }) => {
  prepare?.(server);
  const page = await openBuiltPage(context, server, path);
  await reach(page);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await barriers(page)).toEqual([]);
  }
});
