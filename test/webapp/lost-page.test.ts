import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { useBuiltPages } from "./built-pages.js";
import { answerAllPages } from "./page-states.js";

/** A page whose program cannot be fetched: nothing is lost, and it is said. */

const PROGRAM = "**/ModelsPage-*.js";
const pages = useBuiltPages(answerAllPages);

/** Opens a page in a browser that cannot fetch that of the models. */
async function openWithout(path: string): Promise<Page> {
  const page = await pages.open("/review");
  await page.route(PROGRAM, (route) => route.abort());
  await page.goto(new URL(path, page.url()).href);
  return page;
}

test("what is on display stays, and the page comes when it is asked for again", async () => {
  const page = await openWithout("/");
  await page.getByLabel("Sentence").fill("I had begun to write.");
  await page.getByRole("link", { name: "Models" }).click();
  const note = page.getByRole("alert").filter({ hasText: "That page could not be loaded." });
  await note.waitFor();
  expect(await page.getByLabel("Sentence").inputValue()).toBe("I had begun to write.");
  await page.unroute(PROGRAM);
  await note.getByRole("link", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "Models", level: 1 }).waitFor();
  expect(await note.count()).toBe(0);
  await page.getByRole("link", { name: "Predict", exact: true }).click();
  expect(await page.getByLabel("Sentence").inputValue()).toBe("I had begun to write.");
});

test("its address says so, and leads to the other pages", async () => {
  const page = await openWithout("/models");
  const note = page.getByRole("alert").filter({ hasText: "That page could not be loaded." });
  await note.waitFor();
  await page.getByRole("link", { name: "Review" }).click();
  await page.getByRole("heading", { name: "Review", level: 1 }).waitFor();
  expect(await note.count()).toBe(0);
});
