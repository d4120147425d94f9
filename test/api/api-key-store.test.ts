import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createApiKey } from "../../api/src/api-key.js";
import type { ApiKeyStore } from "../../api/src/api-key-store.js";
import { DynamoDBApiKeyStore } from "../../api/src/dynamodb-api-key-store.js";
import { FileApiKeyStore } from "../../api/src/file-api-key-store.js";
import { startDynamoDB, type TestDynamoDB } from "../support/dynamodb.js";

const folder = mkdtempSync(join(tmpdir(), "sentiloop-keys-"));
let database: TestDynamoDB;

beforeAll(async () => {
  database = await startDynamoDB();
});
afterAll(async () => {
  await database.stop();
  rmSync(folder, { recursive: true });
});

const adapters: [string, () => ApiKeyStore][] = [
  ["files", () => new FileApiKeyStore(join(folder, "keys"))],
  ["DynamoDB", () => new DynamoDBApiKeyStore(database.client, database.tables)],
];

describe.each(adapters)("a store of API keys in %s", (_, open) => {
  test("is empty at first", async () => {
    expect(await open().list()).toEqual([]);
    expect(await open().find("0123456789abcdef")).toBeUndefined();
    expect(await open().revoke("0123456789abcdef")).toBeUndefined();
  });

  test("gives back whatever was put in, to every process", async () => {
    const eternal = createApiKey("Zoë's notebook", ["predict", "export"], null).stored;
    const mortal = createApiKey("b", ["admin"], new Date(Date.now() + 1000)).stored;
    await open().add(eternal);
    await open().add(mortal);
    expect(await open().find(eternal.id)).toEqual(eternal);
    expect(await open().find(mortal.id)).toEqual(mortal);
    expect(await open().list()).toEqual(expect.arrayContaining([eternal, mortal]));
  });

  test("lists more keys than one answer holds, the oldest first, also when they were made at once", async () => {
    const before = (await open().list()).length;
    const made = Array.from({ length: 120 }, (_, index) => ({
      ...createApiKey(`key ${index}`, ["predict"], null).stored,
      createdAt: new Date(Date.now() + index * 1000),
    }));
    const store = open();
    await Promise.all(made.map((key) => store.add(key)));
    const listed = await open().list();
    expect(listed.slice(before)).toEqual(made);
  });

  test("revokes a key once, also when several do so at the same time", async () => {
    const { stored } = createApiKey("doomed", ["predict"], null);
    await open().add(stored);
    await Promise.all([1, 2, 3].map(() => open().revoke(stored.id)));
    const revoked = await open().find(stored.id);
    expect(revoked).toEqual({ ...stored, revokedAt: expect.any(Date) });
    expect(await open().revoke(stored.id)).toEqual(revoked);
  });

  test.each(["", "..", "../keys", "0123456789ABCDEF", "0123456789abcdef0", "0123456789abcdef\n"])(
    "finds nothing under the id %j",
    async (id) => {
      expect(await open().find(id)).toBeUndefined();
      expect(await open().revoke(id)).toBeUndefined();
    },
  );
});

test("only the owner of the data folder may read the files, and no secret is in them", async () => {
  const secretive = join(folder, "secretive");
  const { stored, key } = createApiKey("a", ["predict"], null);
  await new FileApiKeyStore(secretive).add(stored);
  const [name = ""] = readdirSync(secretive);
  expect(existsSync(join(secretive, `${stored.id}.json`))).toBe(true);
  expect(statSync(secretive).mode & 0o077).toBe(0);
  expect(statSync(join(secretive, name)).mode & 0o077).toBe(0);
  expect(readFileSync(join(secretive, name), "utf8")).not.toContain(key.slice(-64));
});

test("a damaged file is an error, not an open door", async () => {
  const { stored } = createApiKey("a", ["predict"], null);
  const store = new FileApiKeyStore(folder);
  await store.add({ ...stored, secretSha256: "" });
  await expect(store.find(stored.id)).rejects.toThrow("secretSha256");
});
