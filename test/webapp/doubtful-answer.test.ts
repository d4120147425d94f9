import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import type { Prediction } from "../../webapp/src/prediction.js";
import { launchBrowser, type TestBrowser } from "../support/browser.js";
import { type PredictionServer, startPredictionServer } from "./prediction-server.js";

/** How the built page words an answer that is not to be relied on, in a real browser. */

/** Nothing listens there: the test itself answers. Browsers trust only this machine without TLS. */
const ORIGIN = "http://localhost";
const BUILT = fileURLToPath(new URL("../../webapp/dist", import.meta.url));

let chromium: TestBrowser;
let server: PredictionServer;
let page: Page;

beforeAll(async () => {
  [chromium, server] = await Promise.all([launchBrowser(), startPredictionServer()]);
});
afterAll(async () => {
  await chromium.close();
  await server.close();
});
beforeEach(async () => {
  await page?.close();
  page = await chromium.browser.newPage();
  await page.route(`${ORIGIN}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    return route.fulfill({ path: BUILT + (pathname === "/" ? "/index.html" : pathname) });
  });
  await page.route(`${ORIGIN}/graphql`, async (route) => {
    const response = await fetch(server.uri, { method: "POST", body: route.request().postData() });
    return route.fulfill({ contentType: "application/json", body: await response.text() });
  });
  await page.goto(ORIGIN);
});

/** What the page says first of a text that the server answers in this way. */
async function headline(answer: Partial<Prediction>): Promise<string> {
  server.resolvers = {
    predict: ({ text }: { text: string }) => Object.assign(server.predictions.add(text), answer),
  };
  await page.getByLabel("Sentence").fill("The train to Leeds is a joy to nobody.");
  await page.getByRole("button", { name: "Submit", exact: true }).click();
  await page.getByRole("button", { name: "Approve", exact: true }).waitFor();
  return page.locator("#answer").getByRole("status").first().innerText();
}

const doubtful = (...uncertaintyReasons: Prediction["uncertaintyReasons"]) => ({ uncertain: true, uncertaintyReasons });

test("a text without an emotion is called neutral, with the closest guess beside it", async () => {
  const said = await headline(doubtful("NEUTRAL_TEXT", "LOW_CONFIDENCE"));
  expect(said).toMatch(/^Seems neutral\n/);
  expect(said).toContain("carry none of the seven emotions");
  expect(said).toContain("No emotion stands out");
  expect(said).toMatch(/Closest guess:\s*Joy\s*70\.0%/);
  const advice = page.getByText("If none of the seven fits, decide nothing");
  expect(await advice.isVisible()).toBe(true);
  await page.getByRole("button", { name: "Approve", exact: true }).click();
  await page.getByText(/Saved/).first().waitFor();
  expect(await advice.count()).toBe(0);
});

test.each([
  ["LOW_CONFIDENCE", "No emotion stands out clearly enough"],
  ["NO_KNOWN_WORDS", "The model knows none of these words"],
] as const)("%s reads: not sure, and why", async (reason, words) => {
  const said = await headline(doubtful(reason));
  expect(said).toMatch(/^Not sure\n/);
  expect(said).toContain(words);
});

test("a text that is longer than the network reads is told so, with a certain answer and with a doubtful one", async () => {
  expect(await headline({ truncated: true })).toMatch(/^Joy\s+70\.0%\s+The text is longer than the model can read/);
  expect(await headline({ ...doubtful("LOW_CONFIDENCE"), truncated: true })).toMatch(/Only its beginning counted\.$/);
  await page.reload();
  await page
    .getByRole("link", { name: /train to Leeds/ })
    .first()
    .click();
  await page.locator("#answer").getByText("Only its beginning counted").waitFor();
});

test("a plain answer says nothing of doubts or length", async () => {
  expect((await headline({})).replace(/\s+/g, " ")).toBe("Joy 70.0%");
});
