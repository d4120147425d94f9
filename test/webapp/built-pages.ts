import { afterAll, afterEach, beforeAll, beforeEach } from "@jest/globals";
import type { BrowserContext, Page } from "playwright-core";
import { launchBrowser, type TestBrowser } from "../support/browser.js";
import { openBuiltPage } from "./built-page.js";
import { type PredictionServer, startPredictionServer } from "./prediction-server.js";

/** The built pages in a real browser, over a server of the test's own. */
export interface BuiltPages {
  readonly server: PredictionServer;
  open(path: string): Promise<Page>;
}

/** Gives each test of a suite a fresh server and a fresh browser session. @param prepare what every server can do */
export function useBuiltPages(prepare: (server: PredictionServer) => void = () => {}): BuiltPages {
  let chromium: TestBrowser;
  let context: BrowserContext;
  let server: PredictionServer;
  beforeAll(async () => {
    chromium = await launchBrowser();
  });
  afterAll(() => chromium.close());
  beforeEach(async () => {
    server = await startPredictionServer();
    prepare(server);
    // What fades in is not yet as legible as it will be.
    context = await chromium.browser.newContext({ locale: "en-GB", reducedMotion: "reduce" });
    context.setDefaultTimeout(120_000);
  });
  afterEach(async () => {
    await context.close();
    await server.close();
  });
  return {
    get server() {
      return server;
    },
    open: (path) => openBuiltPage(context, server, path),
  };
}
