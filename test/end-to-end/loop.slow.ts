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

/** So few texts need more than the usual four epochs to leave a mark. */
const EPOCHS = "20";

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
const DECISIONS: [string, string][] = [
  ...UMBRELLAS.map((text): [string, string] => [text, "DISGUST"]),
  ...Object.entries(EVERYDAY).flatMap(([emotion, texts]) => texts.map((text): [string, string] => [text, emotion])),
];

const data = Sentiloop.emptyFolder();
const exported = join(data, "export.csv");
let sentiloop: Sentiloop & { address: string };
let chromium: TestBrowser;
let page: Page;
let starter: string;
let trained: string;
let before: Json[];

beforeAll(async () => {
  [sentiloop, chromium] = await Promise.all([Sentiloop.start({ data }), launchBrowser()]);
  page = await chromium.browser.newPage();
  await page.goto(sentiloop.address);
  before = await predictAll(NEW_UMBRELLAS);
  starter = before[0].modelVersion;
}, 60_000);
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
  return { headline: await answer.getByRole("status").first().innerText(), panel: await answer.innerText() };
}

test("a model that nobody has told does not find umbrellas disgusting", async () => {
  expect(before.filter(({ emotion }) => emotion === "DISGUST").length).toBeLessThan(NEW_UMBRELLAS.length / 2);
});

test("decisions of people are exported, whole and as they were made", async () => {
  for (const [text, emotion] of DECISIONS) {
    const { id } = (await ask(PREDICT, { text })).predict;
    await ask(REVISE, { id, emotion });
  }
  const { id } = (await ask(EXPORT_CSV)).exportCsv;
  const file = await eventually(
    async () => (await ask(DATASET_EXPORT, { id })).datasetExport,
    ({ status }) => status !== "RUNNING",
  );
  expect(file).toMatchObject({ status: "READY", rowCount: DECISIONS.length });

  const bytes = Buffer.from(await (await fetch(new URL(file.url, sentiloop.address))).arrayBuffer());
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(file.sha256);
  for (const [text, emotion] of DECISIONS) {
    expect(bytes.toString("utf8")).toContain(`\n${text},${emotion.toLowerCase()},`);
  }
  writeFileSync(exported, bytes);
}, 60_000);

test("a version that goes on from the one that serves learns them", async () => {
  const args = ["--data", exported, "--from", "serving", "--epochs", EPOCHS, "--out", join(data, "models")];
  trained = (await runJson("training/train.js", ...args)).version;
  expect(trained).not.toBe(starter);
  expect((await predictAll(["Still the one before."]))[0].modelVersion).toBe(starter);

  const [old, now] = [await evaluated(starter), await evaluated(trained)];
  expect(now).toMatchObject({ version: trained, testRows: DECISIONS.length });
  expect(now.accuracy).toBeGreaterThan(old.accuracy);
  expect(now.accuracy).toBeGreaterThan(0.9);
}, 150_000);

const evaluated = (version: string) => runJson("training/evaluate.js", "--data", exported, "--model", version);

test("promoted, it makes the page's next answer, and knows what it was not told word for word", async () => {
  expect((await ask(PROMOTE, { version: trained })).promoteModel).toEqual({ version: trained, serving: true });
  const index = before.findIndex(({ emotion }) => emotion !== "DISGUST");
  const { headline, panel } = await answerOnPage(NEW_UMBRELLAS[index] ?? "");
  expect(panel).toContain(trained);
  expect(headline).toContain("Disgust");

  const after = await predictAll(NEW_UMBRELLAS);
  expect(new Set(after.map(({ modelVersion }) => modelVersion))).toEqual(new Set([trained]));
  expect(after.filter(({ emotion }) => emotion === "DISGUST").length).toBeGreaterThan(NEW_UMBRELLAS.length / 2);
  for (const [emotion, texts] of Object.entries(EVERYDAY)) {
    expect((await predictAll(texts)).map((each) => each.emotion)).toContain(emotion);
  }
}, 60_000);

test("rolled back, the version before it serves again, and answers as it did", async () => {
  expect(await runJson("src/models-command.js", "rollback")).toMatchObject({ version: starter, previous: trained });
  const first = await eventually(
    async () => (await predictAll([NEW_UMBRELLAS[0] ?? ""]))[0],
    ({ modelVersion }) => modelVersion === starter,
  );
  expect(first.modelVersion).toBe(starter);
  expect((await answerOnPage("Who answers me now?")).panel).toContain(starter);
  const probabilities = (all: Json[]) => all.map((each) => each.probabilities);
  expect(probabilities(await predictAll(NEW_UMBRELLAS))).toEqual(probabilities(before));
}, 60_000);
