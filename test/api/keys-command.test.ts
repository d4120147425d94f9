import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, jest, test } from "@jest/globals";

const ENTRY = fileURLToPath(new URL("../../api/dist/api-keys-command.js", import.meta.url));
const data = mkdtempSync(join(tmpdir(), "sentiloop-keys-"));

// Each command is a process of its own, and a test starts several.
jest.setTimeout(120_000);

afterAll(() => rmSync(data, { recursive: true }));

async function keys(...args: string[]) {
  const child = spawn(process.execPath, [ENTRY, ...args], { env: { ...process.env, SENTILOOP_DATA: data } });
  const printed = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (printed.stdout += chunk));
  child.stderr.on("data", (chunk) => (printed.stderr += chunk));
  const [code] = await once(child, "close");
  return { code, ...printed };
}

async function json(...args: string[]) {
  const { code, stdout, stderr } = await keys(...args, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

const CREATE = ["create", "--name", "a program", "--scope", "predict"] as const;

describe("keys", () => {
  test("list says how to make the first one", async () => {
    expect(await keys("list")).toMatchObject({ code: 0, stdout: expect.stringContaining("keys -- create") });
  });

  test("create shows a key that is stored nowhere, and list does not show it", async () => {
    const { stdout, code } = await keys(...CREATE, "--scope", "feedback", "--expires", "90d");
    expect(code).toBe(0);
    const [key = "", id = "", secret = ""] = /sentiloop_([0-9a-f]{16})_([0-9a-f]{64})/.exec(stdout) ?? [];
    expect(stdout.trimEnd().endsWith(`\n${key}`)).toBe(true);
    const files = readdirSync(join(data, "api-keys")).map((name) => readFileSync(join(data, "api-keys", name), "utf8"));
    expect(files.join()).toContain(id);
    expect(files.join()).not.toContain(secret);
    const listed = await keys("list");
    expect(listed.stdout).toMatch(new RegExp(`${id}  active  predict,feedback .* a program`));
    expect(listed.stdout).not.toContain(secret);
  });

  test("for programs print one JSON object", async () => {
    const made = await json(...CREATE, "--expires", "12h");
    const { key, ...shown } = made;
    expect(key).toBe(`sentiloop_${made.id}_${key.slice(-64)}`);
    const lasts = Date.parse(made.expiresAt) - Date.parse(made.createdAt);
    expect(Math.round(lasts / 60_000)).toBe(12 * 60);
    expect(shown).toEqual({
      id: expect.any(String),
      name: "a program",
      scopes: ["predict"],
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
      revokedAt: null,
      status: "active",
    });
    expect((await json("list")).keys).toContainEqual(shown);
  });

  test("revoke takes an id or a key, and again it is harmless", async () => {
    for (const named of ["id", "key"]) {
      const made = await json(...CREATE);
      const revoked = await json("revoke", made[named]);
      expect(revoked).toMatchObject({ id: made.id, status: "revoked" });
      expect(await json("revoke", made[named])).toEqual(revoked);
    }
  });

  test.each([
    [["revoke", "0123456789abcdef"], "There is no key"],
    [["revoke", "../secret"], "There is no key"],
    [["create", "--scope", "predict"], "--name"],
    [["create", "--name", "a"], "--scope"],
    [["create", "--name", "a", "--scope", "root"], "predict, feedback, export, admin"],
    [["create", "--name", "", "--scope", "predict"], "1 to 100 characters"],
    [["create", "--name", "a\nb", "--scope", "predict"], "one line"],
    [[...CREATE, "--expires", "90"], "like 12h, 90d or 8w"],
    [[...CREATE, "--expires", "99999w"], "ten years"],
    [["remove"], "unknown command"],
  ])("%j fails and says why", async (args, reason) => {
    const { code, stdout, stderr } = await keys(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain("    at ");
  });

  test("--help tells what there is", async () => {
    expect((await keys("--help")).stdout).toMatch(/create[\s\S]*list[\s\S]*revoke/);
    expect((await keys("create", "--help")).stdout).toContain("--expires");
  });
});
