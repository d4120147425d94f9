import { describe, expect, test } from "@jest/globals";
import type { Locator, Page } from "playwright-core";
import { scrollToEnd } from "../support/scroll.js";
import { useBuiltPages } from "./built-pages.js";
import { held } from "./held.js";
import { listPredictions, storeJudged } from "./listing.js";

/** The list of all predictions in a real browser. */

const pages = useBuiltPages(listPredictions);
let page: Page;

async function open(path = "/predictions"): Promise<void> {
  page = await pages.open(path);
}

const list = (): Locator => page.getByRole("list", { name: "Predictions, newest first" });
const rows = (): Locator => list().getByRole("listitem");
const row = (text: string): Locator => list().getByRole("link").filter({ hasText: text });
const chip = (name: string): Locator => page.getByRole("button", { name, exact: true });
const count = (text: string): Locator => page.getByRole("status").filter({ hasText: text });
const drawer = (): Locator => page.getByRole("dialog", { name: "Prediction" });
const searches = () => pages.server.sent.filter(({ operationName }) => operationName === "PredictionSearch");

describe("the list of predictions", () => {
  test("holds every one of many, but only those near the window are part of the page", async () => {
    storeJudged(pages.server, 350);
    await open();
    await row("sentence 349").waitFor();
    expect(await rows().count()).toBeLessThan(80);
    await scrollToEnd(page, row("sentence 0 with joy"));
    expect(await count("350 predictions").count()).toBe(1);
    expect(await rows().last().getAttribute("aria-posinset")).toBe("350");
    expect(await rows().count()).toBeLessThan(80);
    expect(searches()).toHaveLength(4);
  });

  test("says what holds, who judged it, and what the model had said", async () => {
    storeJudged(pages.server, 3);
    await open();
    await count("3 predictions").waitFor();
    expect(await row("sentence 2").innerText()).toMatch(/Sadness[\s\S]*Revised[\s\S]*predicted: Anger/);
    expect(await row("sentence 1").innerText()).toMatch(/Fear[\s\S]*Approved/);
    expect(await row("sentence 0").innerText()).toMatch(/Joy[\s\S]*Pending/);
  });

  test("that is empty leads to where predictions are made", async () => {
    await open();
    await page.getByText("There are no predictions yet").waitFor();
    await page.getByRole("link", { name: "Submit a sentence" }).click();
    await page.getByLabel("Sentence").waitFor();
  });

  test("says why it could not be loaded, and loads when asked again", async () => {
    storeJudged(pages.server, 3);
    pages.server.answer = async ({ operationName }, execute) =>
      operationName === "PredictionSearch" ? "cut" : execute();
    await open();
    await page.getByRole("alert").filter({ hasText: "The predictions could not be loaded." }).waitFor();
    pages.server.answer = (_operation, execute) => execute();
    await page.getByRole("button", { name: "Try again" }).click();
    await count("3 predictions").waitFor();
  });
});

describe("filters", () => {
  test("stand in the address and survive a reload", async () => {
    storeJudged(pages.server, 30);
    await open();
    await chip("Revised").click();
    await chip("Sadness").click();
    await count("2 predictions").waitFor();
    expect(new URL(page.url()).search).toBe("?status=revised&emotion=sadness");
    await page.reload();
    await count("2 predictions").waitFor();
    expect(await chip("Revised").getAttribute("aria-pressed")).toBe("true");
    expect(searches().at(-1)?.variables).toMatchObject({ filter: { status: ["REVISED"], emotion: ["SADNESS"] } });
  });

  test("go on through pages that hold nothing", async () => {
    pages.server.predictions.add("the only fear");
    storeJudged(pages.server, 450);
    for (const each of pages.server.predictions.all.slice(0, -1)) each.emotion = each.verifiedEmotion = "JOY";
    await open("/predictions?emotion=fear");
    await row("the only fear").waitFor();
    await count("1 prediction").waitFor();
    expect(searches()).toHaveLength(5);
  });

  test("go on until the window is full", async () => {
    storeJudged(pages.server, 300);
    await open("/predictions?status=revised");
    await count("67 predictions so far").waitFor();
  });

  test("show what was asked for last, whichever answer comes last", async () => {
    storeJudged(pages.server, 30);
    const gate = held();
    pages.server.answer = (operation, execute) => {
      const { filter } = operation.variables as { filter: { status?: string[] } | null };
      return filter?.status?.[0] === "APPROVED" ? gate.answer(operation, execute) : execute();
    };
    await open("/predictions?status=approved");
    await chip("Approved").click();
    await count("30 predictions").waitFor();
    gate.open();
    await page.waitForTimeout(300);
    expect(await count("30 predictions").count()).toBe(1);
  });

  test("that let nothing pass can be cleared where that is said", async () => {
    storeJudged(pages.server, 3);
    await open("/predictions?model=another");
    await page.getByText("No prediction matches these filters").waitFor();
    await page.getByRole("button", { name: "Clear the filters" }).last().click();
    await count("3 predictions").waitFor();
    expect(new URL(page.url()).search).toBe("");
  });

  test("by days include the first and the last", async () => {
    storeJudged(pages.server, 100);
    await open();
    await page.getByLabel("From").fill("2026-01-02");
    await page.getByLabel("To", { exact: true }).fill("2026-01-03");
    await count("40 predictions").waitFor();
  });
});

describe("one prediction", () => {
  test("opens with its whole history, and closing it leads back to its row", async () => {
    storeJudged(pages.server, 9);
    await open();
    await row("sentence 8").press("Enter");
    await drawer().getByText("local revised to Anger").waitFor();
    await drawer().getByText("Model test predicted Fear").waitFor();
    await page.keyboard.press("Escape");
    await drawer().waitFor({ state: "detached" });
    expect(new URL(page.url()).search).toBe("");
    expect(await page.locator(":focus").innerText()).toContain("sentence 8");
  });

  test("is closed by a press beside it, and by none within it", async () => {
    storeJudged(pages.server, 9);
    await open();
    await row("sentence 8").press("Enter");
    await drawer().getByText("local revised to Anger").click();
    await drawer()
      .getByRole("heading", { name: "Prediction" })
      .click({ position: { x: 1, y: 1 } });
    expect(await drawer().count()).toBe(1);
    await page.mouse.click(5, 5);
    await drawer().waitFor({ state: "detached" });
    expect(new URL(page.url()).search).toBe("");
  });

  test("is closed once, however often that is asked for", async () => {
    storeJudged(pages.server, 9);
    await open();
    await row("sentence 8").click();
    await drawer()
      .getByRole("button", { name: "Close" })
      .evaluate((button: HTMLElement) => {
        for (let times = 0; times < 3; times += 1) button.click();
      });
    await drawer().waitFor({ state: "detached" });
    await page.waitForTimeout(300);
    expect(await row("sentence 8").count()).toBe(1);
    await row("sentence 7").click();
    await page.keyboard.press("Escape");
    await drawer().waitFor({ state: "detached" });
  });

  test("that is judged in the drawer stands judged in its row", async () => {
    storeJudged(pages.server, 7);
    await open();
    expect(await row("sentence 6").innerText()).toMatch(/Pending/);
    await row("sentence 6").click();
    await drawer().getByRole("button", { name: "Approve" }).click();
    // While the drawer is open, nobody is told of what is behind it.
    await page.keyboard.press("Escape");
    await row("sentence 6").filter({ hasText: "Approved" }).waitFor();
    await row("sentence 6").click();
    await drawer().getByRole("button", { name: "Undo" }).click();
    await page.keyboard.press("Escape");
    await row("sentence 6").filter({ hasText: "Pending" }).waitFor();
  });

  test("has an address of its own", async () => {
    storeJudged(pages.server, 9);
    await open("/predictions?id=01TEST0004");
    await drawer().getByText("sentence 4").waitFor();
    await drawer().getByRole("button", { name: "Close" }).click();
    await row("sentence 4").waitFor();
  });

  test("that does not exist says so", async () => {
    await open("/predictions?id=NOWHERE");
    await drawer().getByText("There is no prediction with the ID NOWHERE.").waitFor();
  });
});
