import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { launchBrowser, type TestBrowser } from "../support/browser.js";
import { Sentiloop } from "../support/sentiloop.js";

/** The explorer as a browser gets it at /graphql, from a real server that demands nothing. */

const data = Sentiloop.emptyFolder();
const requested = new Set<string>();
const complaints: string[] = [];
let sentiloop: Sentiloop & { address: string };
let chromium: TestBrowser;
let page: Page;

beforeAll(async () => {
  [sentiloop, chromium] = await Promise.all([Sentiloop.start({ data }), launchBrowser()]);
  page = await chromium.browser.newPage();
  page.on("request", (request) => requested.add(new URL(request.url()).origin));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${sentiloop.address}/graphql`);
}, 300_000);
afterAll(async () => {
  await chromium?.close();
  await sentiloop?.kill("SIGTERM");
  rmSync(data, { recursive: true, force: true });
});

const answer = () => page.getByLabel("Answer").inputValue();

test("runs an operation by the keyboard and shows the answer", async () => {
  await page.getByLabel("Variables").fill('{"text": "I won the lottery!"}');
  await page.keyboard.press("Control+Enter");
  await page.getByText("HTTP 200").waitFor();
  expect(JSON.parse(await answer()).data.predict).toMatchObject({ emotion: expect.any(String), version: 0 });
}, 60_000);

test("runs another example by the button", async () => {
  await page.getByLabel("Example").selectOption("Models");
  await page.getByRole("button", { name: /^Run/ }).click();
  for (let attempt = 0; attempt < 100 && !(await answer()).includes('"models"'); attempt += 1) {
    await page.waitForTimeout(100);
  }
  expect(JSON.parse(await answer()).data.models[0]).toMatchObject({ version: expect.any(String) });
}, 60_000);

test("shows what the schema says of its fields, and finds them", async () => {
  const docs = page.getByRole("navigation", { name: "Schema" });
  await docs.getByLabel("Find").fill("predictMany");
  await docs.getByText("predictMany(idempotencyKey: String, texts: [String!]!)").waitFor();
  expect(await docs.getByText("Needs the scope predict.").count()).toBeGreaterThan(0);
});

test("says what the schema has against an operation before it is sent", async () => {
  await page.getByLabel("Operation").fill("{ nothing }");
  await page.getByText('Cannot query field "nothing" on type "Query".').waitFor();
});

test("asks no other host, and breaks no rule of the server's content security policy", () => {
  expect([...requested]).toEqual([sentiloop.address]);
  expect(complaints).toEqual([]);
});

test("is only for browsers: a program's GET is still refused, and the schema is there for it", async () => {
  expect((await fetch(`${sentiloop.address}/graphql`)).status).toBe(405);
  const html = await fetch(`${sentiloop.address}/graphql`, { headers: { accept: "text/html" } });
  expect(html.headers.get("content-security-policy")).not.toContain("unsafe");
  const sdl = await fetch(`${sentiloop.address}/schema.graphql`);
  expect(sdl.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(await sdl.text()).toContain("type Mutation");
});
