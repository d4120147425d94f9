import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Scope } from "../../api/src/scope.js";
import { TestApiKeys } from "../support/api-keys.js";
import { startGateway, type TestGateway } from "../support/gateway.js";

/** What the workflows of GitHub run, with stand-ins for GitHub's `gh` and its tokens, and for `npm run deploy`. */

const folder = mkdtempSync(join(tmpdir(), "sentiloop-delivery-"));
const work = join(folder, "work");
const programs = join(folder, "bin");
let gateway: TestGateway;
let tokens: ReturnType<typeof createServer>;
let tokenAddress = "";
const keys = new TestApiKeys();

beforeAll(async () => {
  mkdirSync(programs);
  program("npm", 'echo "npm $*" >> calls; echo "$AWS_WEB_IDENTITY_TOKEN_FILE" > token-file');
  tokens = createServer((request, response) => {
    const good =
      request.headers.authorization === "bearer asked" && request.url === "/token?a=b&audience=sts.amazonaws.com";
    response.writeHead(good ? 200 : 403).end(JSON.stringify({ value: "the.github.token" }));
  });
  await once(tokens.listen(0, "127.0.0.1"), "listening");
  tokenAddress = `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token?a=b`;
  gateway = await startGateway({ access: keys.access });
}, 60_000);

beforeEach(() => {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
});

afterAll(async () => {
  tokens?.close();
  await gateway?.stop();
  keys.remove();
  rmSync(folder, { recursive: true, force: true });
});

function program(name: string, script: string): void {
  writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(programs, name), 0o755);
}

async function run(command: string, args: string[], env: Record<string, string> = {}) {
  const child = spawn(command, args, {
    cwd: work,
    env: {
      PATH: `${programs}:${process.env.PATH}`,
      STAGE: "staging",
      PARTS: "web api",
      WORKFLOW: "Deliver api",
      BRANCH: "main",
      AWS_ROLE_ARN: "arn:aws:iam::111122223333:role/x",
      ACTIONS_ID_TOKEN_REQUEST_URL: tokenAddress,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "asked",
      RUNNER_TEMP: work,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  const calls = existsSync(join(work, "calls")) ? readFileSync(join(work, "calls"), "utf8") : "";
  return { code, output: stdout + stderr, calls };
}

const script = (name: string) => resolve(".ci", name);
const deployed = (release: string) =>
  `npm run deploy -- --stage staging --assembly ${release}/staging --yes --only web --only api\n`;

describe("the deployment of a release", () => {
  test("deploys the parts from its assembly, with a fresh token of GitHub that nobody else can read", async () => {
    const { code, calls } = await run(script("deploy-release.sh"), ["release"]);
    expect({ code, calls }).toEqual({ code: 0, calls: deployed("release") });
    const file = readFileSync(join(work, "token-file"), "utf8").trim();
    expect(readFileSync(file, "utf8")).toBe("the.github.token\n");
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  test.each([
    ["the role is not set", { AWS_ROLE_ARN: "" }, "The variable AWS_ROLE of the environment on GitHub is not set"],
    ["GitHub gives no token", { ACTIONS_ID_TOKEN_REQUEST_TOKEN: "wrong" }, "403"],
  ])("is not begun when %s, and says so", async (_, env, message) => {
    const { code, output, calls } = await run(script("deploy-release.sh"), ["release"], env);
    expect({ code: code === 0, calls }).toEqual({ code: false, calls: "" });
    expect(output).toContain(message);
  });
});

describe("the roll-back", () => {
  test("deploys the last release that succeeded, and fails all the same, because the new one did", async () => {
    program(
      "gh",
      'case "$2" in list) echo "$*" > listed; echo 41;; download) mkdir -p before/release && tar -czf before/release.tar.gz -C before release;; esac',
    );
    const { code, output, calls } = await run(script("roll-back.sh"), []);
    expect({ code, calls }).toEqual({ code: 1, calls: deployed("before/release") });
    expect(output).toMatch(/::error::staging was taken back to the release before \(run 41\)/);
    expect(readFileSync(join(work, "listed"), "utf8")).toContain(
      "--workflow Deliver api --branch main --status success",
    );
  });

  test("of the first release has nothing to go back to, says so and fails", async () => {
    program("gh", "true");
    const { code, output, calls } = await run(script("roll-back.sh"), []);
    expect({ code, calls }).toEqual({ code: 1, calls: "" });
    expect(output).toMatch(
      /::error::staging is as the failed release left it: no release of "Deliver api" has succeeded/,
    );
  });

  test("says so and fails when the release before is not kept any more", async () => {
    program("gh", 'if [ "$2" = list ]; then echo 41; else exit 1; fi');
    const { code, output, calls } = await run(script("roll-back.sh"), []);
    expect({ code, calls }).toEqual({ code: 1, calls: "" });
    expect(output).toContain(
      "::error::staging is as the failed release left it: the release before (run 41) is no longer",
    );
  });
});

describe("the smoke test", () => {
  test("predicts, approves and exports with a key, and finds what it predicted in the file", async () => {
    const SMOKE_TEST_KEY = await keys.create(["predict", "feedback", "export"]);
    const { code, output } = await run(process.execPath, [script("smoke-test.mjs"), gateway.address], {
      SMOKE_TEST_KEY,
    });
    expect({ code, output }).toEqual({ code: 0, output: `${gateway.address} predicts, approves and exports.\n` });
  });

  test.each<[string, Scope[], string]>([
    ["without a key", [], "credentials"],
    ["with one that may not export", ["predict"], "scope"],
  ])("fails %s, and says why", async (_, scopes, reason) => {
    const env: Record<string, string> = scopes.length === 0 ? {} : { SMOKE_TEST_KEY: await keys.create(scopes) };
    const { code, output } = await run(process.execPath, [script("smoke-test.mjs"), gateway.address], env);
    expect(code).toBe(1);
    expect(output).toMatch(/^The smoke test failed\. /);
    expect(output).toContain(reason);
  });

  test("fails where nobody answers, and explains itself without an address", async () => {
    const silent = await run(process.execPath, [script("smoke-test.mjs"), "http://127.0.0.1:1"]);
    expect(silent).toMatchObject({ code: 1, output: expect.stringContaining("The smoke test failed.") });
    const { code, output } = await run(process.execPath, [script("smoke-test.mjs")]);
    expect({ code, output }).toMatchObject({ code: 2, output: expect.stringContaining("Usage: SMOKE_TEST_KEY") });
  });
});
