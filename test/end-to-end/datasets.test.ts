import { execFile, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { EMOTIONS, readLabelledTexts } from "@sentiloop/inference/contract";
import type { BrowserContext, Locator, Page, Request } from "playwright-core";
import { barriers } from "../support/barriers.js";
import { launchBrowser, type TestBrowser } from "../support/browser.js";
import { graphql, type Json } from "../support/graphql.js";
import { Sentiloop } from "../support/sentiloop.js";
import { testWith } from "../support/test-with.js";

/** Datasets out and texts in, on the page, against all processes that `npm start` runs. */

const KEYS_COMMAND = fileURLToPath(new URL("../../api/dist/api-keys-command.js", import.meta.url));

const SENTENCES = ["I passed the exam.", "My dog died.", "They lied to me; =1+1", 'He said "no"', "two\nlines"];
/** Enough that an export is not over before anybody can look. */
const STORED = 2000;
const JUDGED = 40;

const data = Sentiloop.emptyFolder();
const downloads = mkdtempSync(join(tmpdir(), "sentiloop-downloads-"));
let sentiloop: Sentiloop & { address: string };
let chromium: TestBrowser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [sentiloop, chromium] = await Promise.all([Sentiloop.start({ data }), launchBrowser()]);
  await storePredictions();
});
afterAll(async () => {
  await chromium.close();
  await sentiloop.kill("SIGKILL");
  for (const folder of [data, downloads]) rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await context?.close();
  context = await chromium.browser.newContext({ acceptDownloads: true, locale: "en-GB" });
  context.setDefaultTimeout(60_000);
  page = await context.newPage();
  complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
});

const ask = async (query: string, variables?: Record<string, unknown>): Promise<Json> => {
  const { data: answered, errors } = await graphql(sentiloop.address, query, variables);
  expect(errors).toBeUndefined();
  return answered;
};

/** Many predictions, of which the first are approved and revised in turn. */
async function storePredictions(): Promise<void> {
  const PREDICT_MANY = "mutation ($texts: [String!]!) { predictMany(texts: $texts) { prediction { id } } }";
  for (let stored = 0; stored < STORED; stored += 100) {
    const texts = Array.from({ length: 100 }, (_, at) => `${SENTENCES[at % SENTENCES.length]} ${stored + at}`);
    const { predictMany } = await ask(PREDICT_MANY, { texts });
    if (stored === 0) await judge(predictMany.slice(0, JUDGED).map(({ prediction }: Json) => prediction.id));
  }
}

async function judge(ids: readonly string[]): Promise<void> {
  for (const [at, id] of ids.entries()) {
    if (at % 2 === 0) await ask("mutation ($id: ID!) { approve(predictionId: $id) { id } }", { id });
    else await ask("mutation ($id: ID!) { revise(predictionId: $id, emotion: SHAME) { id } }", { id });
  }
}

const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
const status = (words: string | RegExp): Locator => page.getByRole("status").filter({ hasText: words });

async function open(path = "/datasets"): Promise<void> {
  await page.goto(`${sentiloop.address}${path}`);
}

/** Saves what a control gives and reads it. */
async function download(control: Locator): Promise<{ path: string; content: Buffer }> {
  const [given] = await Promise.all([page.waitForEvent("download"), control.click()]);
  const path = join(downloads, given.suggestedFilename());
  await given.saveAs(path);
  return { path, content: readFileSync(path) };
}

const linesOf = (content: Buffer) => content.toString("utf8").replace(/\r\n$/, "").split("\r\n");

async function labelledTexts(content: Buffer): Promise<Json[]> {
  const rows: Json[] = [];
  for await (const row of readLabelledTexts(Readable.from([content]), "export.csv")) rows.push(row);
  return rows;
}

/** What keeps people out of the page as it is now, in light and in dark. */
async function barriersInBothThemes(): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    found.push(...(await barriers(page)));
  }
  return found;
}

describe("an export", () => {
  test("holds as many rows as the page counted, and arrives as the page says", async () => {
    await open();
    await button("Revised").click();
    await button("Shame").click();
    const counted = Number(/^(\d+) predictions go/.exec(await status(/\d+ predictions go/).innerText())?.[1]);
    await button("Export CSV").click();
    const { path, content } = await download(page.getByRole("link", { name: "Download CSV" }));
    const rows = await labelledTexts(content);
    expect(rows).toHaveLength(counted);
    expect(rows.every(({ status: judged, emotion }) => judged === "REVISED" && emotion === "shame")).toBe(true);
    const checksum = createHash("sha256").update(content).digest("hex");
    const shown = await page.locator("code").allInnerTexts();
    expect(shown[0]).toBe(checksum);
    expect(execFileSync("sh", ["-c", shown[1] ?? ""], { cwd: downloads, encoding: "utf8" })).toContain(
      path.slice(downloads.length + 1),
    );
    expect(await barriersInBothThemes()).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("that is under way when the page is reloaded is there afterwards, and no other was started", async () => {
    await open("/datasets?status=pending");
    await status(/\d predictions go/).waitFor();
    const database = sentiloop.child("embedded-dynamodb").pid;
    await stopWhileExporting(database);
    await page.getByRole("progressbar").waitFor();
    const started: string[] = [];
    page.on("request", (request) => isExport(request) && started.push(request.url()));
    await page.reload();
    await page.getByRole("progressbar").waitFor();
    process.kill(database, "SIGCONT");
    const { content } = await download(page.getByRole("link", { name: "Download CSV" }));
    expect(await labelledTexts(content)).toHaveLength(STORED - JUDGED);
    expect(started).toEqual([]);
  });
});

const isExport = (request: Request): boolean => request.postData()?.includes("ExportCsv") ?? false;

/** Exports until the database was stopped in the middle of it, which may come too late where all is quick. */
async function stopWhileExporting(database: number): Promise<void> {
  for (;;) {
    const response = page.waitForResponse((each) => isExport(each.request()));
    await button("Export CSV").click();
    await Promise.race([exportRuns(), response]);
    process.kill(database, "SIGSTOP");
    const { data: answered } = await (await response).json();
    if (answered.exportCsv.status === "RUNNING") return;
    process.kill(database, "SIGCONT");
    await page.getByRole("link", { name: "Download CSV" }).waitFor();
  }
}

async function exportRuns(): Promise<void> {
  const metrics = async () => (await fetch(`${sentiloop.address}/metrics`)).text();
  while (/^sentiloop_export_jobs_running 0$/m.test(await metrics())) await setTimeout(1);
}

describe("a file of texts", () => {
  const content = [
    "id,text",
    ...Array.from({ length: 230 }, (_, at) => `${at},"I am glad, ${at}"`),
    "230,",
    "231,=1+1",
  ];

  test("is predicted with a pause, and the one bad row is told", async () => {
    await open();
    let letThrough = () => {};
    const gate = new Promise<void>((resolve) => {
      letThrough = resolve;
    });
    await page.route("**/graphql", async (route) => {
      if (route.request().postData()?.includes("PredictMany")) await gate;
      await route.continue();
    });
    await page.getByLabel("Choose a file").setInputFiles({
      name: "diary.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(`\uFEFF${content.join("\r\n")}`),
    });
    await button("Predict 232 texts").click();
    await button("Pause").click();
    letThrough();
    await page.getByText("100 of 232").waitFor();
    await status("Paused.").waitFor();
    expect(await page.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("43");
    await button("Resume").click();
    await status("All done: 231 predictions").waitFor();
    await page.getByRole("rowheader", { name: "232" }).waitFor();

    const results = linesOf((await download(button("Download the results"))).content);
    expect(results[0]).toBe(`\uFEFFtext,label,confidence,${EMOTIONS.map((emotion) => `p_${emotion}`).join(",")},id`);
    expect(results).toHaveLength(232);
    expect(results.at(-1)).toMatch(/^'=1\+1,/);
    const id = /,(\w+)$/.exec(results[1] ?? "")?.[1];
    const { prediction } = await ask("query ($id: ID!) { prediction(id: $id) { text } }", { id });
    expect(prediction.text).toBe("I am glad, 0");

    const refused = linesOf((await download(button("Download these rows"))).content);
    expect(refused).toEqual(["\uFEFFrow,error,text", expect.stringMatching(/^232,The text is empty/)]);
    expect(await barriersInBothThemes()).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

describe("the programs on the page", () => {
  const run = promisify(execFile);

  async function program(name: string, query: string): Promise<string> {
    await open(`/datasets${query}`);
    await page.getByRole("tab", { name }).click();
    return page.getByRole("textbox", { name: `Program: ${name}` }).inputValue();
  }

  /** A folder of its own for what a program writes. */
  async function exportedBy(command: string, args: string[], env: Record<string, string> = {}): Promise<Buffer> {
    const cwd = mkdtempSync(join(downloads, "program-"));
    const { stdout } = await run(command, args, { cwd, env: { ...process.env, ...env } });
    expect(stdout).toBe("dataset.csv: OK\n");
    return readFileSync(join(cwd, "dataset.csv"));
  }

  const countLines = (file: Buffer) => file.toString("utf8").trim().split("\n").length;

  testWith("curl")("curl exports what is chosen", async () => {
    const code = await program("Shell (curl)", "?status=revised&emotion=shame,joy");
    const rows = await labelledTexts(await exportedBy("sh", ["-c", code]));
    expect(rows.map(({ emotion }) => emotion)).toEqual(Array(JUDGED / 2).fill("shame"));
  });

  testWith("python3")("Python exports what is chosen", async () => {
    const code = await program("Python", "?status=pending,revised");
    const rows = await labelledTexts(await exportedBy("python3", ["-c", code]));
    expect(rows.length).toBeGreaterThanOrEqual(STORED - JUDGED / 2);
  });

  testWith("curl")("no choice in an address can make the shell run anything", async () => {
    const evil = encodeURIComponent("$(touch run)'`touch run`\"\nEND\ntouch run\n\\");
    const code = `${await program("Shell (curl)", `?model=${evil}`)}\n[ ! -e run ]`;
    expect(countLines(await exportedBy("sh", ["-c", code]))).toBe(1);
  });

  testWith("python3")("no choice in an address can make Python run anything", async () => {
    const evil = encodeURIComponent("\"\"\"');open('run', 'w')#\n\\");
    const code = `${await program("Python", `?model=${evil}`)}\nimport os\nassert not os.path.exists("run")`;
    expect(countLines(await exportedBy("python3", ["-c", code]))).toBe(1);
  });
});

describe("where the server asks for keys", () => {
  const guardedData = Sentiloop.emptyFolder();
  let guarded: Sentiloop & { address: string };

  beforeAll(async () => {
    guarded = await Sentiloop.start({ data: guardedData, env: { SENTILOOP_AUTH: "keys" } });
  });
  afterAll(async () => {
    await guarded.kill("SIGKILL");
    rmSync(guardedData, { recursive: true, force: true });
  });

  async function createKey(): Promise<string> {
    const args = ["create", "--name", "a scientist", "--scope", "export", "--scope", "predict", "--json"];
    const env = { ...process.env, SENTILOOP_DATA: guardedData };
    const command = spawn(process.execPath, [KEYS_COMMAND, ...args], { env });
    const [output] = await Promise.all([text(command.stdout), once(command, "close")]);
    return JSON.parse(output).key;
  }

  describe.each([
    ["Shell (curl)", "sh", "curl"],
    ["Python", "python3", "python3"],
  ])("the program for %s", (name, command, needed) => {
    testWith(needed)("takes the key from a variable, and never holds it", async () => {
      const key = await createKey();
      await page.goto(`${guarded.address}/datasets`);
      await page.getByLabel("API key").fill(key);
      await button("Sign in").click();
      await page.getByRole("tab", { name }).click();
      const code = await page.getByRole("textbox", { name: `Program: ${name}` }).inputValue();
      expect(code).toContain("SENTILOOP_KEY");
      expect(code).not.toContain(key);
      const run = (env: Record<string, string>) =>
        promisify(execFile)(command, ["-c", code], { cwd: downloads, env: { ...process.env, ...env } });
      await expect(run({ SENTILOOP_KEY: "wrong" })).rejects.toThrow("401");
      expect((await run({ SENTILOOP_KEY: key })).stdout).toBe("dataset.csv: OK\n");
    });
  });
});
