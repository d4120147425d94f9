import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type LocalAws, startLocalAws } from "./local-aws.js";
import { KINDS, type StageKind } from "./synthesised-stage.js";

const TIME = 120_000;

/** Settings of a stage of each kind, and what is synthesised of them. */
const folder = mkdtempSync(join(tmpdir(), "sentiloop-commands-"));
const settings = join(folder, "stages");
const assembly = (kind: StageKind) => join(folder, kind);

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command as `npm run` does, without what this machine knows of AWS. */
async function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [`infra/dist/${command}.js`, ...args], {
    env: { PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: "true", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, stdout, stderr };
}

const synth = (kind: StageKind, out = assembly(kind)) =>
  run("synth", ["--stage", kind, "--settings", settings, "--out", out]);

beforeAll(async () => {
  mkdirSync(settings);
  for (const kind of Object.keys(KINDS) as StageKind[])
    writeFileSync(join(settings, `${kind}.json`), JSON.stringify(KINDS[kind]));
  expect(await synth("standard")).toMatchObject({ code: 0, stderr: "" });
}, TIME);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(["cost", "simulate", "synth", "diff", "deploy", "destroy"])("npm run %s", (command) => {
  test("explains itself", async () => {
    const { code, stdout, stderr } = await run(command, ["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^Usage: npm run ${command} -- `));
  });

  test("refuses an option that it does not know, and says which there are", async () => {
    const { code, stderr } = await run(command, ["--stgae", "lean"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/'--stgae'[\s\S]*Usage: npm run/);
  });
});

describe.each(["synth", "diff", "deploy", "destroy"])("npm run %s", (command) => {
  test("names the stages that there are when it is given none, or a wrong one", async () => {
    const none = await run(command, ["--settings", settings]);
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("There are: lean, standard.") });
    const wrong = await run(command, ["--settings", settings, "--stage", "nowhere"]);
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no stage "nowhere".') });
  });
});

describe("npm run synth", () => {
  test(
    "writes the same files each time, function bundles included",
    async () => {
      const again = join(folder, "again");
      const { stdout } = await synth("standard", again);
      expect(stdout).toContain("Sentiloop-standard-Api.template.json");
      const files = filesIn(assembly("standard"));
      expect(files.length).toBeGreaterThan(100);
      expect(filesIn(again)).toEqual(files);
      for (const file of files) {
        const same = readFileSync(join(again, file)).equals(readFileSync(join(assembly("standard"), file)));
        expect({ file, same }).toEqual({ file, same: true });
      }
    },
    TIME,
  );

  test("names the setting that is not in order", async () => {
    writeFileSync(join(settings, "broken.json"), JSON.stringify({ ...KINDS.lean, logRetentionDays: 31 }));
    const { code, stderr } = await run("synth", ["--stage", "broken", "--settings", settings]);
    rmSync(join(settings, "broken.json"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/"broken" are not in order:\n {2}logRetentionDays: /);
  });
});

describe("without AWS credentials", () => {
  const lean = ["--stage", "lean", "--settings", settings, "--out", join(folder, "signed-out")];

  test.each([
    ["diff", lean],
    ["deploy", ["--stage", "standard", "--assembly", assembly("standard"), "--yes"]],
    ["destroy", [...lean, "--yes"]],
  ])(
    "npm run %s says how to sign in",
    async (command, args) => {
      const { code, stderr } = await run(command, args);
      expect(code).toBe(1);
      expect(stderr).toMatch(/There are no AWS credentials\. Sign in first \(aws sso login.*AWS_REGION\)\.\n$/);
    },
    TIME,
  );
});

describe("npm run deploy", () => {
  const standard = ["--stage", "standard", "--assembly", assembly("standard"), "--yes"];

  async function onLocalAws(bootstrapped: boolean, args: string[], env: Record<string, string> = {}) {
    const aws: LocalAws = await startLocalAws({ bootstrapped });
    try {
      return { ...(await run("deploy", args, { ...aws.env, ...env })), calls: aws.calls };
    } finally {
      await aws.stop();
    }
  }

  test(
    "says that the account has not been set up, and how that is done",
    async () => {
      const { code, stderr, calls } = await onLocalAws(false, [...standard, "--only", "data"]);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /not been set up in this account and region\. Once: npm exec -w infra -- cdk bootstrap aws:\/\/ACCOUNT\/REGION\n$/,
      );
      expect(calls).toContain("GetParameter");
    },
    TIME,
  );

  test(
    "says that Docker is needed where an image has to be built and there is none",
    async () => {
      const { code, stderr } = await onLocalAws(true, [...standard, "--only", "inference"], { PATH: "/nowhere" });
      expect(code).toBe(1);
      expect(stderr).toMatch(/\nDocker is needed to build the images of a standard stage\./);
    },
    TIME,
  );

  test("refuses a part that a stage has not, and names those that it has", async () => {
    const { code, stderr } = await run("deploy", ["--stage", "lean", "--only", "database"]);
    expect(code).toBe(2);
    expect(stderr).toContain('"database" is no part of a stage. Choose from: data, identity, web,');
  });

  test("refuses a folder in which nothing was synthesised", async () => {
    const { code, stderr } = await run("deploy", ["--stage", "lean", "--assembly", settings]);
    expect(code).toBe(2);
    expect(stderr).toContain("is no folder that was synthesised");
  });
});

describe("npm run destroy", () => {
  test.each([
    ["only once", ["--stage", "lean"], "add --confirm lean."],
    ["with another stage's name", ["--stage", "lean", "--confirm", "standard"], "add --confirm lean."],
    ["without any stage", ["--confirm", ""], "add --confirm NAME."],
  ])("deletes no data when it is told to %s, and asks AWS for nothing", async (_, args, advice) => {
    const aws = await startLocalAws({ bootstrapped: true });
    const { code, stderr } = await run("destroy", ["--delete-data", "--yes", ...args], aws.env);
    await aws.stop();
    expect({ code, calls: aws.calls }).toEqual({ code: 2, calls: [] });
    expect(stderr).toContain(advice);
  });

  test("refuses --confirm where there is nothing to confirm", async () => {
    const { code, stderr } = await run("destroy", ["--stage", "lean", "--confirm", "lean"]);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("belongs to --delete-data") });
  });
});

/** The files below a folder, in order. */
function filesIn(root: string): string[] {
  const all = readdirSync(root, { recursive: true, encoding: "utf8" });
  return all.filter((file) => statSync(join(root, file)).isFile()).sort();
}
