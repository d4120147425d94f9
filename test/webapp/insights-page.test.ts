import { describe, expect, test } from "@jest/globals";
import type { Locator, Page } from "playwright-core";
import { useBuiltPages } from "./built-pages.js";
import { listPredictions, storeJudged, summarizeFeedback } from "./listing.js";
import { modelVersion, serveModels } from "./model-versions.js";

/** What people's decisions say about the model, in a real browser. */

const pages = useBuiltPages((server) => {
  listPredictions(server);
  summarizeFeedback(server);
  serveModels(server, [modelVersion(1, 0.6453, { serving: true, version: "test" }), modelVersion(2, 0.7)]);
});
let page: Page;

async function open(path = "/insights"): Promise<void> {
  page = await pages.open(path);
}

const part = (name: string): Locator => page.getByRole("region", { name }).first();
const rowOf = (name: string, emotion: string): Locator =>
  part(name)
    .getByRole("row")
    .filter({ has: page.getByRole("rowheader", { name: emotion }) });

describe("the insights", () => {
  test("count each pair of predicted and verified emotion in a table", async () => {
    storeJudged(pages.server, 21);
    await open();
    await rowOf("Predicted and verified", "Sadness").waitFor();
    // Of the three sad sentences one is pending, one approved and one revised to guilt.
    expect((await rowOf("Predicted and verified", "Sadness").innerText()).split(/\s+/)).toEqual([
      "Sadness",
      "0",
      "0",
      "0",
      "1",
      "0",
      "1",
      "0",
      "2",
    ]);
    expect(await rowOf("By emotion", "Sadness").innerText()).toMatch(/50\.0% of 2[\s\S]*50\.0% of 2/);
    expect(await page.getByText("Read with care.").count()).toBe(1);
  });

  test("say how sure the agreement is", async () => {
    storeJudged(pages.server, 21);
    await open();
    await page.getByText("of 14 judged predictions").waitFor();
    await page.getByText("between 26.8% and 73.2% with 95% certainty").waitFor();
  });

  test("tell every diagram as a table too", async () => {
    storeJudged(pages.server, 41);
    await open();
    for (const name of ["Agreement over time", "Reliability"]) {
      await part(name).getByRole("img", { name }).waitFor();
      await part(name).getByText("As a table").press("Enter");
      expect(await part(name).getByRole("table").getByRole("row").count()).toBeGreaterThan(1);
    }
    expect(await part("Reliability").getByRole("row").last().innerText()).toMatch(/70\.0%\s+27\s+14\s+51\.9%/);
  });

  test("are about one version where the address names it", async () => {
    storeJudged(pages.server, 21);
    await open();
    await page.getByLabel("Model version").selectOption("20260102-abc2");
    expect(new URL(page.url()).search).toBe("?model=20260102-abc2");
    await page.getByText("No prediction of this version was judged").waitFor();
  });

  test("lead to judging while nothing is judged", async () => {
    pages.server.predictions.add("joy");
    await open();
    await page.getByText("Nobody has judged a prediction yet").waitFor();
    expect(await page.getByRole("link", { name: "Judge predictions" }).isVisible()).toBe(true);
  });

  test("say why they could not be loaded, and load when asked again", async () => {
    storeJudged(pages.server, 3);
    pages.server.answer = async ({ operationName }, execute) =>
      operationName === "FeedbackSummary" ? "cut" : execute();
    await open();
    await page.getByRole("alert").filter({ hasText: "The figures could not be loaded." }).waitFor();
    pages.server.answer = (_operation, execute) => execute();
    await page.getByText("of 2 judged predictions").waitFor();
  });
});
