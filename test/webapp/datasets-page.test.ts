import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { GraphQLError } from "graphql";
import type { BrowserContext, Dialog, Locator, Page } from "playwright-core";
import { launchBrowser, type TestBrowser } from "../support/browser.js";
import { openBuiltPage } from "./built-page.js";
import { predictTogether, serveExport } from "./dataset-answers.js";
import { held } from "./held.js";
import { listPredictions, storeJudged, summarizeFeedback } from "./listing.js";
import { modelVersion, serveModels } from "./model-versions.js";
import { type PredictionServer, startPredictionServer } from "./prediction-server.js";

/** Datasets out and texts in, in a real browser. */

jest.setTimeout(180_000);

let chromium: TestBrowser;
let context: BrowserContext;
let server: PredictionServer;
let page: Page;

beforeAll(async () => {
  chromium = await launchBrowser();
}, 120_000);
afterAll(() => chromium.close());
beforeEach(async () => {
  server = await startPredictionServer();
  storeJudged(server, 21);
  listPredictions(server);
  summarizeFeedback(server);
  serveModels(server, [modelVersion(1, 0.6453, { serving: true, version: "test" })]);
  context = await chromium.browser.newContext({ locale: "en-GB" });
  context.setDefaultTimeout(20_000);
});
afterEach(async () => {
  await context.close();
  await server.close();
});

async function open(path = "/datasets"): Promise<void> {
  page = await openBuiltPage(context, server, path);
}

/** The page once more in the same browser. */
async function openAnotherTab(): Promise<Page> {
  const tab = await context.newPage();
  await tab.goto(page.url());
  return tab;
}

const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
const asked = (name: string) => server.sent.filter(({ operationName }) => operationName === name).length;
const status = (text: string): Locator => page.getByRole("status").filter({ hasText: text });

describe("the page", () => {
  test("is where it was left when a person comes back to it", async () => {
    await open();
    await page.getByRole("heading", { name: "Predict a file of texts" }).scrollIntoViewIfNeeded();
    const left = await page.evaluate(() => scrollY);
    expect(left).toBeGreaterThan(0);
    // A press would scroll to the link before.
    const away = page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Models" });
    await away.evaluate((link) => link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })));
    await page.getByRole("heading", { name: "Models", level: 1 }).waitFor();
    await page.waitForFunction(() => scrollY === 0);
    await page.goBack();
    await page.waitForFunction((top) => scrollY === top, left);
  });
});

describe("the count before an export", () => {
  test("follows the filters, which stand in the address", async () => {
    await open();
    await status("14 predictions go into the file").waitFor();
    await button("Pending").click();
    await button("Joy").click();
    await status("1 prediction goes into the file").waitFor();
    expect(new URL(page.url()).search).toBe("?status=pending&emotion=joy");
  });

  test("is no more than is known where days are chosen", async () => {
    await open("/datasets?status=pending,revised&from=2026-01-01");
    await status("At most 7 predictions go into the file").waitFor();
    await page.getByText("With a day chosen, none of them is in the file.").waitFor();
  });

  test("that is none leads to judging", async () => {
    server.predictions.all.splice(0);
    await open();
    await page.getByText("Nobody has judged a prediction yet.").waitFor();
    await page.getByRole("link", { name: "Judge predictions" }).click();
    await page.getByText("Nothing to review").waitFor();
  });

  test("that fails says so, and the export is there all the same", async () => {
    server.answer = async ({ operationName }, execute) => (operationName === "FeedbackSummary" ? "cut" : execute());
    await open();
    await page.getByRole("alert").filter({ hasText: "The predictions could not be counted." }).waitFor();
    expect(await button("Export CSV").isEnabled()).toBe(true);
  });
});

describe("an export", () => {
  test("goes on through a reload and in another tab, without another one being started", async () => {
    const { finish } = serveExport(server);
    await open("/datasets?status=revised");
    await button("Export CSV").click();
    await page.getByRole("progressbar", { name: "Writing the file: 3 rows" }).waitFor();
    await page.reload();
    await page.getByRole("progressbar", { name: "Writing the file: 3 rows" }).waitFor();
    const second = await openAnotherTab();
    await second.getByRole("progressbar", { name: "Writing the file: 3 rows" }).waitFor();
    finish();
    for (const tab of [page, second]) {
      await tab.getByRole("link", { name: "Download CSV" }).waitFor();
      await tab.getByText("Revised; every emotion").waitFor();
    }
    expect(asked("ExportCsv")).toBe(1);
  });

  test("that is started in one tab shows in those that are open already", async () => {
    serveExport(server).finish();
    await open();
    const other = await openAnotherTab();
    await other.getByText("It stands here once it is written").waitFor();
    await button("Export CSV").click();
    await other.getByRole("link", { name: "Download CSV" }).waitFor();
    expect(asked("ExportCsv")).toBe(1);
  });

  test("that the server lost before it was ready is told after a reload", async () => {
    const { forget } = serveExport(server);
    await open();
    await button("Export CSV").click();
    await page.getByRole("progressbar").waitFor();
    forget();
    await page.reload();
    await page.getByRole("alert").filter({ hasText: "The server no longer has this export." }).waitFor();
  });

  test("that has expired since is forgotten without a word", async () => {
    const { finish, forget } = serveExport(server);
    finish();
    await open();
    await button("Export CSV").click();
    await page.getByRole("link", { name: "Download CSV" }).waitFor();
    forget();
    await page.reload();
    await page.getByText("It stands here once it is written").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });
});

describe("the programs", () => {
  test("hold what is chosen, and the place for a key only where the server asks for one", async () => {
    await open("/datasets?emotion=fear&from=2026-01-01");
    const program = page.getByRole("textbox", { name: "Program: Shell (curl)" });
    expect(await program.inputValue()).toContain('"filter":{"emotion":["FEAR"],"verifiedAfter":"');
    expect(await program.inputValue()).not.toContain("SENTILOOP_KEY");
    await page.evaluate(() =>
      sessionStorage.setItem("sentiloop.session", JSON.stringify({ kind: "key", apiKey: "secret" })),
    );
    await page.reload();
    expect(await program.inputValue()).toContain("authorization: Bearer $SENTILOOP_KEY");
    await page.getByRole("tab", { name: "Shell (curl)" }).focus();
    await page.keyboard.press("ArrowRight");
    const python = await page.getByRole("textbox", { name: "Program: Python" }).inputValue();
    expect(python).toContain('os.environ["SENTILOOP_KEY"]');
    expect(python).not.toContain("secret");
  });
});

describe("a file of texts", () => {
  const chooser = (): Locator => page.getByLabel("Choose a file");
  const csv = (name: string, content: string) => ({ name, mimeType: "text/csv", buffer: Buffer.from(content) });
  const lines = (count: number) => Array.from({ length: count }, (_, number) => `joy ${number}`).join("\n");

  beforeEach(() => predictTogether(server));

  test("shows its first texts, and those of another column when that is chosen", async () => {
    await open();
    await chooser().setInputFiles(csv("a.csv", "name,text\nAnna,I am glad\n"));
    await page.getByRole("cell", { name: "I am glad" }).waitFor();
    await page.getByLabel("Column with the texts").selectOption("name");
    await page.getByRole("cell", { name: "Anna" }).waitFor();
  });

  test("that is no proper CSV says in which line, and another one can be chosen", async () => {
    await open();
    await chooser().setInputFiles(csv("a.csv", 'text\nfine\nsaid "no"\n'));
    await page.getByRole("alert").filter({ hasText: "It is no proper CSV in line 3" }).waitFor();
    await chooser().setInputFiles(csv("b.csv", "text\nfine\n"));
    await button("Predict 1 text").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("can be dropped", async () => {
    await open();
    const transfer = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(["one\ntwo\n"], "dropped.txt", { type: "text/plain" }));
      return data;
    });
    await page.getByText("or drop it here").dispatchEvent("drop", { dataTransfer: transfer });
    await button("Predict 2 texts").waitFor();
  });

  test("goes on while other pages are looked at, and a closing tab asks first", async () => {
    await open();
    await chooser().setInputFiles({ ...csv("many.txt", lines(150)), mimeType: "text/plain" });
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    server.answer = async ({ operationName }, execute) => {
      if (operationName === "PredictMany") await gate;
      return execute();
    };
    await button("Predict 150 texts").click();
    await button("Pause").waitFor();
    const dialog = new Promise<Dialog>((resolve) => page.once("dialog", resolve));
    void page.reload().catch(() => {});
    const question = await dialog;
    expect(question.type()).toBe("beforeunload");
    await question.dismiss();
    await page.getByRole("link", { name: "Models" }).click();
    await page.getByRole("heading", { name: "Models" }).waitFor();
    goOn();
    await page.getByRole("link", { name: "Datasets" }).click();
    await status("All done: 150 predictions").waitFor();
    await page.getByRole("link", { name: "Predict", exact: true }).click();
    await page.getByRole("link", { name: /joy 149/ }).waitFor();
  });

  test("is paused and resumed by the keyboard on one button", async () => {
    await open();
    await chooser().setInputFiles({ ...csv("many.txt", lines(150)), mimeType: "text/plain" });
    const gate = held();
    await button("Predict 150 texts").focus();
    server.answer = gate.answer;
    await page.keyboard.press("Enter");
    await button("Pause").press("Enter");
    gate.open();
    await status("Paused.").waitFor();
    expect(await page.locator(":focus").innerText()).toBe("Resume");
    await page.keyboard.press("Enter");
    await status("All done: 150 predictions").waitFor();
  });

  test("waits for a busy server by itself", async () => {
    await open();
    await chooser().setInputFiles({ ...csv("few.txt", lines(3)), mimeType: "text/plain" });
    server.answer = async ({ operationName }, execute) => {
      if (operationName !== "PredictMany") return execute();
      server.answer = (_operation, run) => run();
      const extensions = { code: "RATE_LIMITED", retryAfterSeconds: 2 };
      return { errors: [new GraphQLError("Too much.", { extensions })] };
    };
    await button("Predict 3 texts").click();
    await status("It goes on by itself in 2 s").waitFor();
    await status("All done: 3 predictions").waitFor();
    expect(asked("PredictMany")).toBe(2);
  });

  test("is kept out of the page's own thread, in a worker that ends with it", async () => {
    await open();
    await chooser().setInputFiles(csv("a.csv", `id,text\n${lines(5000).replaceAll("joy ", "1,joy ")}`));
    await button("Predict 5,000 texts").waitFor();
    expect(page.workers()).toHaveLength(1);
    await button("Another file").click();
    await chooser().waitFor({ state: "attached" });
    while (page.workers().length > 0) await page.waitForTimeout(50);
  });
});
