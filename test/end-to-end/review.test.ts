import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { allSent, BrowsedSentiloop, sentences } from "../support/browsed-sentiloop.js";
import type { Json } from "../support/graphql.js";

/** Judging one sentence after the other in a real browser; afterwards the API is asked what is stored. */

const EMOTIONS = ["ANGER", "DISGUST", "FEAR", "GUILT", "JOY", "SADNESS", "SHAME"];

let browsed: BrowsedSentiloop;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  browsed = await BrowsedSentiloop.start();
  await browsed.predict(sentences(60));
});
afterAll(() => browsed.stop());
beforeEach(async () => {
  await context?.close();
  context = await browsed.chromium.browser.newContext();
  page = await open();
});

async function open(): Promise<Page> {
  const opened = await context.newPage();
  await opened.goto(`${browsed.address}/review`);
  await opened.getByRole("button", { name: "Skip" }).waitFor();
  return opened;
}

const textOn = (where: Page): Promise<string> => where.locator("#page section [dir=auto]").first().innerText();
const button = (name: string, where = page): Locator => where.getByRole("button", { name, exact: true });

async function storedOf(text: string): Promise<Json> {
  return (await browsed.stored()).find((each) => each.text === text);
}

/** How many sentences are judged. */
async function judged(): Promise<number> {
  return (await browsed.stored()).filter(({ status }) => status !== "PENDING").length;
}

test("ten keys a second, pressed blindly, are ten decisions on the sentences that were there", async () => {
  const keys = [..."a1a2s3a4a5s6a7a1a2a3a4a5a"];
  const pressed: [text: string, key: string][] = [];
  for (const key of keys) {
    pressed.push([await textOn(page), key]);
    await page.keyboard.press(key);
    await page.waitForTimeout(50);
  }
  await allSent(page);
  expect(new Set(pressed.map(([text]) => text)).size).toBe(keys.length);
  const stored = new Map((await browsed.stored()).map((each) => [each.text, each]));
  for (const [text, key] of pressed) {
    const { emotion, verifiedEmotion, history } = stored.get(text) ?? {};
    const chosen = key === "a" ? emotion : (EMOTIONS[Number(key) - 1] ?? null);
    expect([text, verifiedEmotion, history.length]).toEqual([text, chosen, key === "s" ? 0 : 1]);
  }
  const decided = keys.filter((key) => key !== "s").length;
  expect((await page.getByRole("region", { name: "This sitting" }).innerText()).replace(/\s+/g, " ")).toMatch(
    new RegExp(`Judged ${decided} of`),
  );
});

test("Z brings the last sentence back and takes the decision back; S leaves one as it is", async () => {
  const first = await textOn(page);
  await page.keyboard.press("a");
  const second = await textOn(page);
  await page.keyboard.press("s");
  await page.keyboard.press("z");
  expect(await textOn(page)).toBe(second);
  await page.keyboard.press("z");
  expect(await textOn(page)).toBe(first);
  await allSent(page);
  expect(await storedOf(first)).toMatchObject({
    status: "PENDING",
    history: [{ action: "APPROVE" }, { action: "UNDO" }],
  });
  expect(await storedOf(second)).toMatchObject({ status: "PENDING", history: [] });
});

test("a double click on a button judges one sentence, not the next one, too", async () => {
  const first = await textOn(page);
  const before = await judged();
  // Both halves on the button: a mouse would miss it where the next sentence has more reasons to doubt.
  await button("Approve").evaluate(async (approve) => {
    for (const detail of [1, 2]) {
      approve.dispatchEvent(new MouseEvent("click", { bubbles: true, detail }));
      await new Promise((resolve) => setTimeout(resolve));
    }
  });
  await allSent(page);
  expect(await storedOf(first)).toMatchObject({ status: "APPROVED" });
  expect(await judged()).toBe(before + 1);
});

test("what is decided offline waits, and is recorded once there is a connection", async () => {
  await context.setOffline(true);
  const texts: string[] = [];
  for (const key of ["a", "3", "a"]) {
    texts.push(await textOn(page));
    await page.keyboard.press(key);
  }
  await page.getByText("3 decisions wait in this browser").waitFor();
  for (const text of texts) expect(await storedOf(text)).toMatchObject({ status: "PENDING" });
  await context.setOffline(false);
  await allSent(page);
  for (const text of texts) expect((await storedOf(text)).history).toHaveLength(1);
});

test("what is decided offline is still sent when the tab was closed meanwhile", async () => {
  const text = await textOn(page);
  await context.setOffline(true);
  await page.keyboard.press("7");
  await page.getByText("1 decision waits").waitFor();
  await page.close();
  await context.setOffline(false);
  page = await open();
  await allSent(page);
  expect(await storedOf(text)).toMatchObject({ verifiedEmotion: expect.stringMatching(/./), version: 1 });
});

describe("two tabs", () => {
  test("do not ask for the same decision twice", async () => {
    const other = await open();
    await page.keyboard.press("a");
    const second = await textOn(page);
    await page.keyboard.press("a");
    // The sentence on display stays there; what the other tab has judged behind it does not come up.
    await other.keyboard.press("s");
    expect(await textOn(other)).not.toBe(second);
    await allSent(page);
  });

  test("that decide differently show both decisions, and the person says which holds", async () => {
    const other = await open();
    const text = await textOn(page);
    expect(await textOn(other)).toBe(text);
    const { emotion } = await storedOf(text);
    const [mine = "", theirs = ""] = EMOTIONS.filter((each) => each !== emotion);
    await other.keyboard.press(String(EMOTIONS.indexOf(theirs) + 1));
    await allSent(other);
    await page.keyboard.press(String(EMOTIONS.indexOf(mine) + 1));
    const note = page.getByRole("region", { name: "Decisions that need you" });
    await note.waitFor();
    const words = (await note.innerText()).toUpperCase();
    for (const each of [text.toUpperCase(), `${mine}, REVISED`, `${theirs}, REVISED`]) expect(words).toContain(each);
    await button("Keep mine").click();
    await allSent(page);
    expect(await storedOf(text)).toMatchObject({ verifiedEmotion: mine, version: 2 });
  });
});
