import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { launchBrowser, type TestBrowser } from "../support/browser.js";
import { openBuiltPage } from "./built-page.js";
import { type PredictionServer, startPredictionServer } from "./prediction-server.js";

/** The built page in a real browser, used by its keyboard and by what it announces. */

let chromium: TestBrowser;
let server: PredictionServer;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  chromium = await launchBrowser();
});
afterAll(() => chromium.close());
beforeEach(async () => {
  server = await startPredictionServer();
  context = await chromium.browser.newContext();
  page = await openBuiltPage(context, server);
});
afterEach(async () => {
  await context.close();
  await server.close();
});

const box = (): Locator => page.getByLabel("Sentence");
const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
const status = (text: string): Locator => page.getByRole("status").filter({ hasText: text });
const focused = (): Locator => page.locator(":focus");

async function submit(text: string): Promise<void> {
  await box().fill(text);
  await box().press("Enter");
  await button("Approve").waitFor();
}

describe("the keyboard", () => {
  test("submits by Enter and starts a new line by Shift + Enter", async () => {
    await box().fill("joy");
    await box().press("Shift+Enter");
    expect(await box().inputValue()).toBe("joy\n");
    await box().press("Enter");
    await button("Approve").waitFor();
    expect(server.predictions.all.map(({ text }) => text)).toEqual(["joy\n"]);
  });

  test("writes as soon as the page is there, and comes back to the box by a slash", async () => {
    await page.keyboard.type("joy");
    await page.keyboard.press("Enter");
    await button("Approve").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("a");
    await status("Saved: Joy, approved").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("and fear / joy?");
    expect(await box().inputValue()).toBe("and fear / joy?");
  });

  test("begins at the top of a page that a link led to, and a slash goes to the box", async () => {
    await page.getByRole("link", { name: "Review", exact: true }).press("Enter");
    await box().waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Predict", exact: true }).press("Enter");
    await box().waitFor();
    await page.locator("main:focus").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("fear");
    expect(await box().inputValue()).toBe("fear");
  });

  test("shows the keys by a question mark, from the empty box, too", async () => {
    const keys = page.getByRole("dialog", { name: "Keys" });
    await page.keyboard.press("?");
    await keys.waitFor();
    await page.keyboard.press("Escape");
    await keys.waitFor({ state: "hidden" });
    expect(await box().inputValue()).toBe("");
    await box().fill("Why");
    await page.keyboard.press("?");
    expect(await box().inputValue()).toBe("Why?");
  });

  test("reaches every control, and shows where it is", async () => {
    await submit("joy");
    await page.reload();
    await page.getByRole("link", { name: /joy/ }).press("Enter");
    await button("Approve").waitFor();
    const stops: string[] = [];
    for (let presses = 0; presses < 30; presses += 1) {
      await page.keyboard.press("Tab");
      // Past the last control the keyboard is outside of the page for one press.
      if ((await focused().count()) === 0) continue;
      stops.push(await focused().ariaSnapshot());
      expect(await focused().evaluate(hasRing)).toBe(true);
    }
    for (const name of ["Sentence", "Submit", "Approve", "Anger", "Shame", "Datasets"])
      expect(stops.join("\n")).toContain(`"${name}"`);
  });

  test("keeps its place when a decision replaces the button that was pressed", async () => {
    await submit("joy");
    await button("Approve").press("Enter");
    await status("Saved: Joy, approved").waitFor();
    await focused().filter({ hasText: "Undo" }).waitFor();
    await page.keyboard.press("Enter");
    await status("Undone: not judged yet").waitFor();
    await focused().filter({ hasText: "Approve" }).waitFor();
  });

  test("decides without leaving the sentence box, which says how", async () => {
    await submit("joy");
    await page.getByText("Alt + Enter approves").filter({ visible: true }).waitFor();
    await box().press("Alt+Enter");
    await status("Saved: Joy, approved").waitFor();
    await box().press("Alt+3");
    await status("Saved: Fear, revised").waitFor();
    await box().press("Alt+z");
    await status("Undone: Joy, approved").waitFor();
    expect(await box().inputValue()).toBe("");
  });

  test("goes to the answer when an earlier prediction is opened", async () => {
    await submit("joy");
    await submit("fear");
    await page.getByRole("link", { name: /joy/ }).press("Enter");
    await page.getByRole("heading", { name: "Is Joy right?" }).waitFor();
    expect(await focused().getAttribute("id")).toBe("answer");
  });
});

describe("a person who listens to the page", () => {
  test("is told the emotion with its probability", async () => {
    await submit("joy");
    await status("Joy").filter({ hasText: "70.0%" }).waitFor();
  });

  test("is told at once what went wrong", async () => {
    server.answer = async () => "cut";
    await box().fill("joy");
    await box().press("Enter");
    const alert = page.getByRole("alert").filter({ hasText: "The sentence was not judged." });
    await alert.waitFor();
    expect(await alert.innerText()).toContain("The server could not be reached.");
  });

  test("finds every control by a name", async () => {
    await submit("joy");
    for (const control of await page.locator("button, a, input, select, textarea").filter({ visible: true }).all())
      expect(await control.ariaSnapshot()).toMatch(/^- '?\w+ "[^"]+"/);
  });
});

test("the chosen theme is remembered", async () => {
  await page.getByLabel("Dark theme").press("Space");
  await page.reload();
  expect(await page.getByLabel("Dark theme").isChecked()).toBe(true);
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("dark");
});

/** Whether the control in focus, or what frames it, is outlined. Runs in the page. */
function hasRing(control: Element): boolean {
  const frames = [control, control.closest("label"), control.closest(".card")];
  return frames.some((frame) => frame !== null && getComputedStyle(frame).outlineStyle !== "none");
}
