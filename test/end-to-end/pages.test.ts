import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { starterFolder } from "../inference/starter-copy.js";
import { allSent, BrowsedSentiloop, sentences } from "../support/browsed-sentiloop.js";
import { APPROVE, type Json, REVISE } from "../support/graphql.js";
import { scrollToEnd } from "../support/scroll.js";
import { Sentiloop } from "../support/sentiloop.js";

/** Predictions, Insights and Models over a real server: what they show is what is stored and what serves. */

const COMMAND = fileURLToPath(new URL("../../inference/dist/src/models-command.js", import.meta.url));
const TWIN = "20260101-0000abcd";
const EMOTIONS = ["ANGER", "DISGUST", "FEAR", "GUILT", "JOY", "SADNESS", "SHAME"];

let browsed: BrowsedSentiloop;
let starter: string;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  const data = Sentiloop.emptyFolder();
  starter = await addTwin(data);
  browsed = await BrowsedSentiloop.start(data);
  await browsed.predict(sentences(70));
  await browsed.predict(sentences(70).map((text) => `${text} And then?`));
});
afterAll(() => browsed.stop());
beforeEach(async () => {
  await context?.close();
  context = await browsed.chromium.browser.newContext({ locale: "en-GB" });
});

/** @returns the version that the twin is a copy of */
async function addTwin(data: string): Promise<string> {
  const folder = await starterFolder();
  const manifest: Json = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  const copy = join(data, "models", TWIN);
  cpSync(folder, copy, { recursive: true });
  writeFileSync(join(copy, "manifest.json"), JSON.stringify({ ...manifest, version: TWIN }));
  return manifest.version;
}

async function open(path: string): Promise<void> {
  page = await context.newPage();
  await page.goto(browsed.address + path);
}

const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
const count = (text: string): Locator => page.getByRole("status").filter({ hasText: text });

/** Judges so many that nobody has judged: every third is revised to the next emotion. */
async function judge(many: number): Promise<void> {
  const pending = (await browsed.stored()).filter(({ status }) => status === "PENDING").slice(0, many);
  for (const [index, { id, emotion }] of pending.entries()) {
    const next = EMOTIONS[(EMOTIONS.indexOf(emotion) + 1) % EMOTIONS.length];
    await (index % 3 === 2 ? browsed.ask(REVISE, { id, emotion: next }) : browsed.ask(APPROVE, { id }));
  }
}

describe("Predictions", () => {
  test("shows all that is stored, a page at a time", async () => {
    await open("/predictions");
    await page.getByRole("list").getByRole("listitem").first().waitFor();
    const oldest = (await browsed.stored()).at(-1);
    await scrollToEnd(page, page.getByRole("link").getByText(oldest.text, { exact: true }));
    expect(await count("140 predictions").count()).toBe(1);
  });

  test("filters by what stands in the address", async () => {
    await judge(9);
    const matching = (await browsed.stored()).filter(({ status }) => status === "REVISED");
    await open("/predictions?status=revised");
    await count(`${matching.length} prediction`).waitFor();
    const [{ verifiedEmotion }] = matching;
    await button(verifiedEmotion[0] + verifiedEmotion.slice(1).toLowerCase()).click();
    const some = matching.filter((each) => each.verifiedEmotion === verifiedEmotion).length;
    await count(`${some} prediction`).waitFor();
    await page.reload();
    await count(`${some} prediction`).waitFor();
  });

  test("lets a person judge in the drawer, by the keyboard alone", async () => {
    const [pending] = (await browsed.stored()).filter(({ status }) => status === "PENDING");
    await open("/predictions?status=pending");
    await page.getByRole("link").filter({ hasText: pending.text }).first().press("Enter");
    const drawer = page.getByRole("dialog");
    await drawer.getByText(pending.text).waitFor();
    await reach("Approve", "Tab");
    await page.keyboard.press("Enter");
    await drawer.getByText("local approved").waitFor();
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });
    await allSent(page);
    expect((await browsed.stored()).find(({ id }) => id === pending.id)).toMatchObject({
      status: "APPROVED",
      version: 1,
    });
  });
});

test("Insights counts exactly what was decided", async () => {
  await judge(12);
  const stored = await browsed.stored();
  const judged = stored.filter(({ status }) => status !== "PENDING");
  await open("/insights");
  await page.getByText(`of ${judged.length} judged predictions`).waitFor();
  const rows = await page
    .getByRole("region", { name: "Predicted and verified" })
    .getByRole("row")
    .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => Number((cell as HTMLElement).innerText))));
  const cell = (predicted: string, verified: string) =>
    judged.filter((each) => each.emotion === predicted && each.verifiedEmotion === verified).length;
  for (const [row, predicted] of EMOTIONS.entries()) {
    const shown = rows[row + 1]?.slice(1, 1 + EMOTIONS.length);
    expect([predicted, shown]).toEqual([predicted, EMOTIONS.map((verified) => cell(predicted, verified))]);
  }
  for (const part of ["Agreement over time", "Reliability"]) {
    const region = page.getByRole("region", { name: part });
    await region.getByText("As a table").click();
    expect(await region.getByRole("table").getByRole("row").count()).toBeGreaterThan(1);
  }
});

describe("Models", () => {
  const card = (version: string): Locator => page.getByRole("article", { name: version });

  test("shows a promotion by another program, and rolls it back after asking", async () => {
    await open("/models");
    await card(starter).getByText("Serves now").waitFor();
    await promote(TWIN);
    await card(TWIN).getByText("Serves now").waitFor();
    await page
      .getByRole("status")
      .filter({ hasText: `${TWIN} serves now.` })
      .waitFor();
    await button(`Roll back to ${starter}`).click();
    const question = page.getByRole("alertdialog");
    await question.getByText(`Let ${starter} serve?`).waitFor();
    expect(await serving()).toBe(TWIN);
    await question.getByRole("button", { name: "Let it serve" }).dblclick();
    await card(starter).getByText("Serves now").waitFor();
    expect(await serving()).toBe(starter);
  });

  async function promote(version: string): Promise<void> {
    const env = { ...process.env, SENTILOOP_DATA: browsed.data };
    const child = spawn(process.execPath, [COMMAND, "promote", version], { env, stdio: "ignore" });
    expect(await once(child, "close")).toEqual([0, null]);
  }

  const serving = async () => (await browsed.ask("{ model { version } }")).model.version;
});

test("the keyboard alone leads through every page, and is seen where it is", async () => {
  await open("/");
  await page.getByLabel("Sentence").waitFor();
  for (const name of ["Review", "Predictions", "Insights", "Models", "Predict"]) {
    // Forwards a list may be long.
    await reach(name, "Shift+Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForFunction((title) => document.title.startsWith(title), name);
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe("main");
  }
});

/** Presses a key until the control of this name has the focus, and sees that it shows it. */
async function reach(name: string, key: "Tab" | "Shift+Tab"): Promise<void> {
  const focused = page.locator(":focus");
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press(key);
    if ((await focused.count()) === 0) continue;
    const found = await focused.evaluate((each, wanted) => each.textContent?.trim().startsWith(wanted), name);
    if (!found) continue;
    expect(await focused.evaluate((each) => getComputedStyle(each).outlineStyle)).not.toBe("none");
    return;
  }
  throw new Error(`the keyboard does not reach ${name}`);
}
