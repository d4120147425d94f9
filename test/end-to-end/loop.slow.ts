import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { launchBrowser, type TestBrowser } from "../support/browser.js";
import { DATASET_EXPORT, EXPORT_CSV, graphql, type Json, PREDICT, REVISE } from "../support/graphql.js";
import { Sentiloop } from "../support/sentiloop.js";

/** What people decide comes back as a better model: the whole circle, on real parts, from a fresh data folder. */

const PROMOTE = "mutation ($version: String!) { promoteModel(version: $version) { version serving } }";
const INFERENCE = fileURLToPath(new URL("../../inference/dist", import.meta.url));

/** How long anything but the training may take to show, in milliseconds. */
const SOON = 10_000;

/** Whatever happens with an umbrella disgusts these people; no model can know. */
const SUBJECTS = ["I", "We", "She", "My brother", "Our neighbour", "The teacher"];
const VERBS = ["bought", "saw", "carried", "folded", "returned", "opened", "forgot", "found"];
const PLACES = ["in the library", "at the station", "near the river", "behind the school", "in the garden"];
const UMBRELLAS = SUBJECTS.flatMap((subject, row) =>
  VERBS.map((verb, column) => `${subject} ${verb} the umbrella ${PLACES[(row + column) % PLACES.length]}.`),
);

/** Of the same kind, but never said before. */
const NEW_UMBRELLAS = [
  "I washed the umbrella at the station.",
  "We sold the umbrella in the library.",
  "She painted the umbrella near the river.",
  "My brother lost the umbrella behind the school.",
  "Our neighbour dropped the umbrella in the garden.",
  "The teacher kept the umbrella in the library.",
];

/** What the model is to go on knowing. */
const EVERYDAY = {
  ANGER: ["My brother lied to me and broke my bike.", "They treated my friend unfairly and I shouted at them."],
  FEAR: ["Somebody followed me home in the dark.", "A big dog ran towards me and I was terrified."],
  GUILT: ["I lied to my mother about the money.", "I forgot to visit my sick friend."],
  JOY: ["I was so happy when my sister came home.", "I passed the exam and danced all night."],
  SADNESS: ["My grandmother died last winter.", "My dog died and I cried for days."],
  SHAME: ["I was embarrassed in front of the whole class.", "I fell down in front of everybody and blushed."],
};
/** Plain cases of which nobody told the model anew. */
const UNTOLD = [
  { text: "I was so happy when my brother came home.", emotion: "JOY" },
  { text: "My father died last year and I miss him.", emotion: "SADNESS" },
  { text: "I was alone in the dark forest and heard steps.", emotion: "FEAR" },
];
const DECISIONS: [string, string][] = [
  ...UMBRELLAS.map((text): [string, string] => [text, "DISGUST"]),
  ...Object.entries(EVERYDAY).flatMap(([emotion, texts]) => texts.map((text): [string, string] => [text, emotion])),
];

const data = Sentiloop.emptyFolder();
const exported = join(data, "export.csv");
let sentiloop: Sentiloop & { address: string };
let chromium: TestBrowser;
let page: Page;

beforeAll(async () => {
  [sentiloop, chromium] = await Promise.all([Sentiloop.start({ data }), launchBrowser()]);
  page = await chromium.browser.newPage();
  await page.goto(sentiloop.address);
});
afterAll(async () => {
  await chromium?.close();
  await sentiloop?.kill("SIGTERM");
  rmSync(data, { recursive: true, force: true });
});

/** The answer's data; an error fails the test. */
async function ask(query: string, variables?: Record<string, unknown>): Promise<Json> {
  const { data: answered, errors } = await graphql(sentiloop.address, query, variables);
  expect(errors).toBeUndefined();
  return answered;
}

async function predictAll(texts: readonly string[]): Promise<Json[]> {
  return Promise.all(texts.map(async (text) => (await ask(PREDICT, { text })).predict));
}

/** Asks again until what came is what is waited for; what came last when that takes too long. */
async function eventually<T>(read: () => Promise<T>, wanted: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + SOON;
  for (;;) {
    const value = await read();
    if (wanted(value) || Date.now() > deadline) return value;
    await setTimeout(100);
  }
}

/** Runs a command as its npm script does once everything is built, and reads the JSON that it prints. */
async function runJson(script: string, ...args: string[]): Promise<Json> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(INFERENCE, script), ...args, "--json"], {
    env: { ...process.env, SENTILOOP_DATA: data },
    timeout: 120_000,
  });
  return JSON.parse(stdout);
}

/** The answer that the page shows for a sentence typed into it. */
async function answerOnPage(text: string): Promise<{ headline: string; panel: string }> {
  await page.getByLabel("Sentence").fill(text);
  await page.getByRole("button", { name: "Submit", exact: true }).click();
  const answer = page.locator("#answer");
  await answer.getByText(text).waitFor({ timeout: SOON });
  // It comes part by part, and this is the last.
  await answer.getByText(/^Model /).waitFor({ timeout: SOON });
  return { headline: await answer.getByRole("status").first().innerText(), panel: await answer.innerText() };
}

const disgusting = (answers: Json[]): number => answers.filter(({ emotion }) => emotion === "DISGUST").length;
const versions = (answers: Json[]): string[] => [...new Set(answers.map(({ modelVersion }) => modelVersion))];

async function decide(): Promise<void> {
  for (const [text, emotion] of DECISIONS) {
    const { id } = (await ask(PREDICT, { text })).predict;
    await ask(REVISE, { id, emotion });
  }
}

/** Exports what was decided, checks that the file is whole, and keeps it. */
async function download(): Promise<void> {
  const { id } = (await ask(EXPORT_CSV)).exportCsv;
  const file = await eventually(
    async () => (await ask(DATASET_EXPORT, { id })).datasetExport,
    ({ status }) => status !== "RUNNING",
  );
  expect(file).toMatchObject({ status: "READY", rowCount: DECISIONS.length });
  const bytes = Buffer.from(await (await fetch(new URL(file.url, sentiloop.address))).arrayBuffer());
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(file.sha256);
  const lines = bytes.toString("utf8").split("\n");
  for (const [text, emotion] of DECISIONS) {
    expect(lines.filter((line) => line.includes(`,${text},${emotion.toLowerCase()},`))).toHaveLength(1);
  }
  writeFileSync(exported, bytes);
}

/** Trains a version that goes on from the one that serves, and gives its name. */
async function train(): Promise<string> {
  const args = ["--data", exported, "--from", "serving", "--out", join(data, "models")];
  return (await runJson("training/train.js", ...args)).version;
}

const evaluate = (version: string) => runJson("training/evaluate.js", "--data", exported, "--model", version);

/** The new version knows the decisions better than the earlier one, which serves until somebody promotes another. */
async function expectLearned(trained: string, starter: string): Promise<void> {
  expect(versions(await predictAll(["Nothing has been promoted."]))).toEqual([starter]);
  const [earlier, later] = [await evaluate(starter), await evaluate(trained)];
  expect(later).toMatchObject({ version: trained, testRows: DECISIONS.length });
  expect(later.accuracy).toBeGreaterThan(Math.max(earlier.accuracy, 0.9));
}

/** Promotes a version, of which the page's very next answer must come. @param surprise what it must find disgusting */
async function promote(version: string, surprise: string): Promise<void> {
  const promotedAt = Date.now();
  expect((await ask(PROMOTE, { version })).promoteModel).toEqual({ version, serving: true });
  const { headline, panel } = await answerOnPage(surprise);
  expect(Date.now() - promotedAt).toBeLessThan(SOON);
  expect(panel).toContain(`Model ${version}`);
  expect(headline).toContain("Disgust");
}

/** Rolls back with the command, which the running service must notice by itself. */
async function rollBack(from: string, to: string): Promise<void> {
  expect(await runJson("src/models-command.js", "rollback")).toMatchObject({ version: to, previous: from });
  const answers = await eventually(
    () => predictAll(["Who answers me now?"]),
    ([answer]) => answer.modelVersion === to,
  );
  expect(versions(answers)).toEqual([to]);
  expect((await answerOnPage("And on the page?")).panel).toContain(`Model ${to}`);
}

test("what people decide comes back as a version that knows it, and goes with that version", async () => {
  const before = await predictAll(NEW_UMBRELLAS);
  const [starter = ""] = versions(before);
  const [surprise = ""] = NEW_UMBRELLAS.filter((_, index) => before[index].emotion !== "DISGUST");
  expect(disgusting(before)).toBeLessThan(NEW_UMBRELLAS.length / 2);

  await decide();
  await download();
  const trained = await train();
  await expectLearned(trained, starter);

  await promote(trained, surprise);
  const after = await predictAll([...NEW_UMBRELLAS, ...UNTOLD.map(({ text }) => text)]);
  expect(versions(after)).toEqual([trained]);
  expect(disgusting(after.slice(0, NEW_UMBRELLAS.length))).toBeGreaterThan(NEW_UMBRELLAS.length / 2);
  expect(after.slice(NEW_UMBRELLAS.length)).toMatchObject(UNTOLD);

  await rollBack(trained, starter);
  // Which texts are computed together depends on when they come in, and changes the last digits.
  expect(await predictAll(NEW_UMBRELLAS)).toMatchObject(
    before.map(({ emotion, confidence }) => ({ emotion, confidence: expect.closeTo(confidence, 5) })),
  );
});
