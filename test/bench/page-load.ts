import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { allSent, BrowsedSentiloop, sentences } from "../support/browsed-sentiloop.js";

/** How much slower than this machine the processor is made: about a cheap phone. */
const SLOWER = 4;
const ROWS = 10_000;
const AT_ONCE = 100;
/** More than drawing all plain rows for the first time takes, which is not what is measured, in milliseconds. */
const TO_DRAW = 3000;
/** In which a page or a drawer is there, in milliseconds. Looking for it would be one of the tasks that are measured. */
const TO_OPEN = 1500;

/** What the page costs a browser. */
export interface PageCost {
  /** JavaScript that the first page needs before it is there, gzipped, in kB. */
  firstLoad: number;
  /** How long each task of the page's main thread took that took more than 50 milliseconds: browsers tell of no other. */
  longTasks: {
    predicting: number[];
    deciding: number[];
    reviewing: number[];
    /** Each page from another one. */
    openingPages: number[];
    /** One of the listed predictions, five times. */
    openingPredictions: number[];
    scrolling: number[];
    /** While as many plain rows, on a page without a program, are scrolled in the same way: what this machine itself adds. */
    scrollingPlainRows: number[];
  };
  /** Frames of a quick scroll through 10,000 rows, and those of them in which a row was missing. */
  frames: number;
  framesWithBlankRows: number;
  /** The row that the scroll reached within a minute. */
  reached: number;
}

export async function benchPage(): Promise<PageCost> {
  const browsed = await BrowsedSentiloop.start();
  try {
    for (let made = 0; made < ROWS; made += AT_ONCE) await browsed.predict(texts(made));
    const page = await browsed.chromium.browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.addInitScript(watchTasks);
    await slowDown(page);
    await page.goto(browsed.address);
    const firstLoad = await firstLoadOf(browsed.address);
    await page.getByLabel("Sentence").focus();
    const predicting = await longTasksDuring(page, () => predict(page));
    const deciding = await longTasksDuring(page, () => decide(page));
    await page.goto(`${browsed.address}/review`);
    await page.getByRole("button", { name: "Skip" }).waitFor();
    const reviewing = await longTasksDuring(page, () => review(page));
    const openingPages = await longTasksDuring(page, () => openPages(page));
    await page.goto(`${browsed.address}/predictions`);
    await page.getByRole("listitem").nth(20).waitFor();
    const openingPredictions = await longTasksDuring(page, () => openPredictions(page));
    let scrolled = { frames: 0, framesWithBlankRows: 0, reached: 0 };
    const scrolling = await longTasksDuring(page, async () => {
      scrolled = await page.evaluate(scrollThrough, ROWS);
    });
    await page.goto("about:blank");
    await page.evaluate(showPlainRows, ROWS);
    await page.waitForTimeout(TO_DRAW);
    const scrollingPlainRows = await longTasksDuring(page, () => page.evaluate(scrollFrames, scrolled.frames));
    const longTasks = {
      predicting,
      deciding,
      reviewing,
      openingPages,
      openingPredictions,
      scrolling,
      scrollingPlainRows,
    };
    return { firstLoad, longTasks, ...scrolled };
  } finally {
    await browsed.stop();
  }
}

function texts(from: number): string[] {
  const some = sentences(70);
  return Array.from({ length: AT_ONCE }, (_, index) => `${some[(from + index) % some.length]} (${from + index})`);
}

async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
}

/** The scripts that the page's HTML names; all others come later. */
async function firstLoadOf(address: string): Promise<number> {
  const html = await (await fetch(address)).text();
  const paths = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) => path);
  const files = await Promise.all(paths.map(async (path) => (await fetch(address + path)).arrayBuffer()));
  return files.reduce((sum, file) => sum + gzipSync(file).byteLength, 0) / 1000;
}

async function longTasksDuring(page: Page, act: () => Promise<void>): Promise<number[]> {
  await page.waitForLoadState("networkidle");
  await page.evaluate(takeLongTasks);
  await act();
  // Long tasks are told after they ended.
  await page.waitForTimeout(300);
  return page.evaluate(takeLongTasks);
}

// By keys, and without looking for anything on the page: that would cost more than what is measured.
async function predict(page: Page): Promise<void> {
  const explained = page.waitForResponse((response) => (response.request().postData() ?? "").includes("explanation"));
  await page.keyboard.type("I was so happy when she came home.");
  await page.keyboard.press("Enter");
  await explained;
}

async function decide(page: Page): Promise<void> {
  for (const key of ["Alt+Enter", "Alt+KeyZ", "Alt+Digit3"]) {
    await page.keyboard.press(key);
    await allSent(page);
  }
}

/** Ten decisions a second. */
async function review(page: Page): Promise<void> {
  for (const key of "a1a2a3a4a5a6a7a1a2a3") {
    await page.keyboard.press(key);
    await page.waitForTimeout(100);
  }
  await allSent(page);
}

async function openPages(page: Page): Promise<void> {
  const pages = await page.locator("nav li").count();
  for (let nth = 1; nth <= pages; nth += 1) {
    await page.evaluate(click, `nav li:nth-child(${nth}) a`);
    await page.waitForTimeout(TO_OPEN);
  }
}

async function openPredictions(page: Page): Promise<void> {
  for (let row = 1; row <= 5; row += 1) {
    await page.evaluate(click, `main li:nth-child(${row}) a`);
    await page.waitForTimeout(TO_OPEN);
    await page.keyboard.press("Escape");
    await page.waitForTimeout(TO_OPEN);
  }
}

/** Runs in the page. */
function click(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.click();
}

/** Runs in the page before anything else. */
function watchTasks(): void {
  const told = window as unknown as { longTasks: number[] };
  told.longTasks = [];
  new PerformanceObserver((list) => {
    told.longTasks.push(...list.getEntries().map(({ duration }) => duration));
  }).observe({ type: "longtask" });
}

/** Runs in the page. */
function takeLongTasks(): number[] {
  return (window as unknown as { longTasks: number[] }).longTasks.splice(0);
}

/** Runs in an empty page: fills it with rows as high as those of the list. */
function showPlainRows(rows: number): void {
  const list = document.createElement("ul");
  for (let row = 0; row < rows; row += 1) {
    const item = list.appendChild(document.createElement("li"));
    item.style.height = "60px";
    item.textContent = `row ${row}`;
  }
  document.body.append(list);
}

/** Runs in the page. */
async function scrollFrames(frames: number): Promise<void> {
  for (let frame = 0; frame < frames; frame += 1) {
    await new Promise(requestAnimationFrame);
    scrollBy({ top: 400, behavior: "instant" });
  }
}

/**
 * Runs in the page: scrolls by 400 pixels a frame until as many rows have been there, for a minute at most, and looks for rows that are
 * missing. No function in it has a name: esbuild would put a call of its own beside it, which the page does not know.
 */
async function scrollThrough(rows: number): Promise<Pick<PageCost, "frames" | "framesWithBlankRows" | "reached">> {
  const until = performance.now() + 60_000;
  let frames = 0;
  let framesWithBlankRows = 0;
  let reached = 0;
  while (reached < rows && performance.now() < until) {
    await new Promise(requestAnimationFrame);
    scrollBy({ top: 400, behavior: "instant" });
    frames += 1;
    const list = document.querySelector<HTMLElement>("main ul[aria-label]");
    if (!list) continue;
    reached = Number(list.lastElementChild?.getAttribute("aria-posinset"));
    const { top, bottom, left } = list.getBoundingClientRect();
    let blank = false;
    for (let y = Math.max(top, 0) + 5; y < Math.min(bottom, innerHeight) - 5; y += 100) {
      blank ||= !document.elementFromPoint(left + 50, y)?.closest("li");
    }
    if (blank) framesWithBlankRows += 1;
  }
  return { frames, framesWithBlankRows, reached };
}
