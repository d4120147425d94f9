import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { graphql } from "../support/graphql.js";
import { Sentiloop } from "../support/sentiloop.js";
import { testWith } from "../support/test-with.js";

/** The clients that others may begin with, as they are, against a real server. */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FOLDER = "api/examples";
const TEXTS = ["I finally passed the exam!", "Nobody came to my party."];

const data = Sentiloop.emptyFolder();
let sentiloop: Awaited<ReturnType<typeof Sentiloop.start>>;

beforeAll(async () => {
  sentiloop = await Sentiloop.start({ data });
});
afterAll(async () => {
  await sentiloop.kill("SIGTERM");
  rmSync(data, { recursive: true, force: true });
});

async function run(...command: string[]): Promise<{ code: number | null; output: string }> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { cwd: ROOT, env: { ...process.env, SENTILOOP_URL: sentiloop.address } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "close");
  return { code, output };
}

async function approvedTexts(): Promise<string[]> {
  const query = "{ predictions(first: 100, filter: { status: [APPROVED] }) { edges { node { text } } } }";
  const { edges } = (await graphql(sentiloop.address, query)).data.predictions;
  return edges.map(({ node }: { node: { text: string } }) => node.text);
}

testWith("python3")("Python: predicts, approves, exports, and says why when it cannot", async () => {
  const { code, output } = await run("python3", `${FOLDER}/python/predict.py`, ...TEXTS);
  expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/^[A-Z]+ \d+%/) });
  expect(output).toMatch(/2 judged rows, \d+ bytes/);
  expect(await approvedTexts()).toEqual(expect.arrayContaining(TEXTS));
  const refused = await run("python3", `${FOLDER}/python/predict.py`, " ");
  expect(refused).toMatchObject({ code: 1, output: expect.stringMatching(/^BAD_USER_INPUT: /) });
});

describe("TypeScript", () => {
  const tsx = [process.execPath, "node_modules/tsx/dist/cli.mjs"];

  beforeAll(async () => {
    const generator = "node_modules/@graphql-codegen/cli/esm/bin.js";
    const generated = await run(process.execPath, generator, "--config", `${FOLDER}/typescript/codegen.yml`);
    expect(generated).toMatchObject({ code: 0 });
  });

  test("its documents have the types of the schema", async () => {
    const checked = await run(process.execPath, "node_modules/typescript/bin/tsc", "-p", `${FOLDER}/typescript`);
    expect(checked).toEqual({ code: 0, output: "" });
  });

  test("fetch: predicts and approves", async () => {
    const { code, output } = await run(...tsx, `${FOLDER}/typescript/fetch-client.ts`, "We missed the last train.");
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining("APPROVED as ") });
    expect(await approvedTexts()).toContain("We missed the last train.");
  });

  test("Apollo Client: revises what the queue holds and counts all pages", async () => {
    const predict = "mutation ($text: String!) { predict(text: $text) { id } }";
    const { id } = (await graphql(sentiloop.address, predict, { text: "The dog ate my homework." })).data.predict;
    const { code, output } = await run(...tsx, `${FOLDER}/typescript/apollo-client.ts`);
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining("The dog ate my homework.") });
    const state = "query ($id: ID!) { prediction(id: $id) { verifiedEmotion } feedbackSummary { total } }";
    const { data: after } = await graphql(sentiloop.address, state, { id });
    expect(after.prediction.verifiedEmotion).toBe("SADNESS");
    expect(output).toContain(`${after.feedbackSummary.total} predictions`);
  });
});
