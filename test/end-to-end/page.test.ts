import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import dynalite from "dynalite";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { waitUntilUnlocked } from "../../api/src/data-folder.js";
import { createDynamoDBClient } from "../../api/src/dynamodb-client.js";
import { DynamoDBPredictionStore } from "../../api/src/dynamodb-prediction-store.js";
import { tableNames } from "../../api/src/dynamodb-tables.js";
import type { Prediction } from "../../api/src/prediction.js";
import { launchBrowser, type TestBrowser } from "../support/browser.js";
import { Sentiloop } from "../support/sentiloop.js";

/** The page's three scenarios in a real browser; afterwards DynamoDB itself is asked what it holds. */

const data = Sentiloop.emptyFolder();
let sentiloop: Sentiloop & { address: string };
let chromium: TestBrowser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [sentiloop, chromium] = await Promise.all([Sentiloop.start({ data }), launchBrowser()]);
});
afterAll(async () => {
  await chromium.close();
  await sentiloop.kill("SIGKILL");
  rmSync(data, { recursive: true, force: true });
});
beforeEach(async () => {
  await context?.close();
  context = await chromium.browser.newContext({ acceptDownloads: true });
  page = await context.newPage();
  complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto(sentiloop.address);
});

const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
const answer = (): Locator => page.locator("#answer");

async function submit(text: string): Promise<void> {
  await page.getByLabel("Sentence").fill(text);
  await button("Submit").click();
  await answer().getByText(text).waitFor();
  await button("Approve").waitFor();
  // The answer comes part by part, and this is the last.
  await answer()
    .getByText(/^Model /)
    .waitFor();
}

/** What DynamoDB holds: the tables are opened without Sentiloop, which is killed for it and started again. */
async function stored(text: string): Promise<Prediction | undefined> {
  await sentiloop.kill("SIGKILL");
  const path = join(data, "dynamodb");
  await waitUntilUnlocked(path);
  const server = dynalite({ path });
  const store = await openStore(server);
  let found: Prediction | undefined;
  for await (const rows of store.scan({ segment: 0, segments: 1, selection: {} })) {
    const row = rows.find((each) => each.text === text);
    if (row) found = await store.find(row.id);
  }
  await new Promise((resolve) => server.close(resolve));
  sentiloop = await Sentiloop.start({ data });
  return found;
}

async function openStore(server: ReturnType<typeof dynalite>): Promise<DynamoDBPredictionStore> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return new DynamoDBPredictionStore(
    createDynamoDBClient({ endpoint: `http://127.0.0.1:${port}` }),
    tableNames("sentiloop-"),
  );
}

test("its programs come compressed to whoever can read that, and whole to whoever cannot", async () => {
  const [path] = /\/assets\/[^"]+\.js/.exec(await (await fetch(sentiloop.address)).text()) as RegExpExecArray;
  const asked = async (encoding: string) => {
    const answered = await fetch(sentiloop.address + path, { headers: { "accept-encoding": encoding } });
    const { headers } = answered;
    const kept = [headers.get("content-encoding"), headers.get("vary"), headers.get("cache-control")];
    return { kept, size: Number(headers.get("content-length")), content: await answered.text() };
  };
  const year = "public, max-age=31536000, immutable";
  const [whole, zipped, smallest] = await Promise.all(["identity", "gzip", "gzip, deflate, br"].map(asked));
  expect(whole?.kept).toEqual([null, "Accept-Encoding", year]);
  expect(zipped?.kept).toEqual(["gzip", "Accept-Encoding", year]);
  expect(smallest?.kept).toEqual(["br", "Accept-Encoding", year]);
  expect(zipped?.size).toBeLessThan((whole?.size ?? 0) / 2);
  expect([zipped?.content, smallest?.content]).toEqual([whole?.content, whole?.content]);
});

describe("submitting a sentence", () => {
  test("shows its emotion with a probability for each of the seven and lists it", async () => {
    await submit("I was so happy when my sister came home.");
    const answered = await answer().innerText();
    for (const name of ["Anger", "Disgust", "Fear", "Guilt", "Joy", "Sadness", "Shame"])
      expect(answered).toContain(name);
    expect(answered.match(/\d%/g)?.length).toBeGreaterThanOrEqual(7);
    await page.reload();
    await page.getByRole("link", { name: /my sister came home/ }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("keeps the text and says what happened when the server is not there", async () => {
    await context.setOffline(true);
    await page.getByLabel("Sentence").fill("Nobody hears me.");
    await button("Submit").click();
    await page.getByRole("alert").first().waitFor();
    expect(await page.getByLabel("Sentence").inputValue()).toBe("Nobody hears me.");
    await context.setOffline(false);
    await button("Try again").click();
    await answer().getByText("Nobody hears me.").waitFor();
    await page.reload();
    await page.getByRole("link", { name: /Nobody hears me/ }).waitFor();
    expect(await page.getByRole("link", { name: /Nobody hears me/ }).count()).toBe(1);
  });

  test("shows markup in a sentence as text", async () => {
    const text = '<img src=x onerror="document.title=1"> & <b>bold</b>';
    await submit(text);
    expect(await page.title()).not.toBe("1");
    expect(complaints).toEqual([]);
  });

  test("offers no decision while the answer is out, so none can hit another sentence", async () => {
    await submit("The first sentence.");
    let answerSecond = (): void => {};
    const held = new Promise<void>((resolve) => {
      answerSecond = resolve;
    });
    await page.route("**/graphql", async (route) => {
      await held;
      await route.continue();
    });
    await page.getByLabel("Sentence").fill("The second sentence.");
    await button("Submit").click();
    for (const name of ["Approve", "Joy", "Fear"]) expect(await enabledCount(name)).toBe(0);
    expect(await button("Submit").isDisabled()).toBe(true);
    answerSecond();
    await answer().getByText("The second sentence.").waitFor();
  });

  async function enabledCount(name: string): Promise<number> {
    const found = await button(name).all();
    return (await Promise.all(found.map((each) => each.isEnabled()))).filter(Boolean).length;
  }
});

describe("judging", () => {
  test("Approve stores the agreement with the sentence shown, and Undo takes it back", async () => {
    const text = 'Approve me: "quotes", ünïcödé 😀';
    await submit(text);
    await button("Approve").click();
    await page.getByText(/Saved/).first().waitFor();
    const approved = await stored(text);
    expect(approved).toMatchObject({ text, status: "APPROVED", version: 1, verifiedEmotion: approved?.emotion });

    await page.goto(sentiloop.address);
    await page.getByRole("link", { name: /Approve me/ }).click();
    await button("Undo").click();
    await button("Approve").waitFor();
    await page
      .getByText(/Undone/)
      .first()
      .waitFor();
    expect(await stored(text)).toMatchObject({ status: "PENDING", version: 2, verifiedEmotion: null });
  });

  test("a click on one of the seven stores that emotion", async () => {
    const text = "Revise me, please.";
    await submit(text);
    await button("Disgust").click();
    await page.getByText(/Saved/).first().waitFor();
    expect(await stored(text)).toMatchObject({ text, verifiedEmotion: "disgust", version: 1 });
  });

  test("a double click is one decision", async () => {
    const text = "Twice is once.";
    await submit(text);
    await button("Shame").dblclick();
    await page.getByText(/Saved/).first().waitFor();
    expect(await stored(text)).toMatchObject({ verifiedEmotion: "shame", version: 1 });
  });

  test("a decision that comes second is told what holds now", async () => {
    const text = "Two people look at me.";
    await submit(text);
    const other = await context.newPage();
    await other.goto(sentiloop.address);
    await other.getByRole("link", { name: /Two people/ }).click();
    await other.getByRole("button", { name: "Guilt", exact: true }).click();
    await other.getByText(/Saved/).first().waitFor();
    await button("Fear").click();
    expect(await page.getByRole("alert").first().innerText()).toMatch(/Guilt/);
    expect(await stored(text)).toMatchObject({ verifiedEmotion: "guilt", version: 1 });
  });
});

describe.each([360, 768, 1280, 2560])("at %d pixels", (width) => {
  test.each(["light", "dark"] as const)("nothing scrolls sideways in %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await submit(`W${"w".repeat(300)} and some words`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
      0,
    );
  });
});
