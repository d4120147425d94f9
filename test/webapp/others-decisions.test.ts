import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { useBuiltPages } from "./built-pages.js";
import { answerAllPages, leaveWork } from "./page-states.js";

/** What the page says of decisions that somebody else left unsent in this browser. */

const KEY_ID = "a".repeat(16);
const pages = useBuiltPages((server) => {
  answerAllPages(server);
  for (let number = 0; number < 5; number += 1) server.predictions.add(`joy ${number}`);
});

const note = (page: Page) => page.getByRole("region", { name: "Decisions of somebody else" });
const left = (page: Page) =>
  page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("sentiloop.outbox.")).length);
const decided = () => pages.server.sent.filter(({ operationName }) => operationName === "Approve");

async function open(): Promise<Page> {
  const page = await pages.open("/");
  await leaveWork(page, KEY_ID);
  return page;
}

test("it says how many there are, and sends none", async () => {
  const page = await open();
  await note(page).getByText("2 decisions that were made under another sign-in wait in this browser.").waitFor();
  expect(decided()).toEqual([]);
});

test("it forgets them only after a question", async () => {
  const page = await open();
  await note(page).getByRole("button", { name: "Discard them" }).click();
  const question = page.getByRole("alertdialog", { name: "Discard 2 decisions of somebody else?" });
  await question.getByRole("button", { name: "Keep them" }).click();
  expect(await left(page)).toBe(2);
  await note(page).getByRole("button", { name: "Discard them" }).click();
  await question.getByRole("button", { name: "Discard", exact: true }).click();
  await note(page).waitFor({ state: "detached" });
  expect(await left(page)).toBe(0);
  expect(decided()).toEqual([]);
});

test("it lets the person go who is signed in, so that the other one can sign in", async () => {
  const page = await pages.open("/");
  const session = JSON.stringify({ kind: "key", apiKey: `sentiloop_${"b".repeat(16)}_${"0".repeat(64)}` });
  await page.evaluate((kept) => sessionStorage.setItem("sentiloop.session", kept), session);
  await leaveWork(page, KEY_ID);
  await note(page).getByRole("button", { name: "Sign in as that person" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor({ state: "detached" });
  await note(page).waitFor();
  expect(await page.evaluate(() => sessionStorage.getItem("sentiloop.session"))).toBeNull();
});

test("they go out, and the note goes, when who made them signs in", async () => {
  const page = await open();
  const session = JSON.stringify({ kind: "key", apiKey: `sentiloop_${KEY_ID}_${"0".repeat(64)}` });
  await page.evaluate((kept) => sessionStorage.setItem("sentiloop.session", kept), session);
  await page.reload();
  await page.waitForFunction(() => Object.keys(localStorage).every((name) => !name.startsWith("sentiloop.outbox.")));
  expect(await note(page).count()).toBe(0);
  expect(decided()).toHaveLength(2);
});
