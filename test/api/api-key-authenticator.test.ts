import { setTimeout } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { type ApiKey, createApiKey } from "../../api/src/api-key.js";
import { ApiKeyAuthenticator } from "../../api/src/api-key-authenticator.js";
import type { ApiKeyStore } from "../../api/src/api-key-store.js";

/** A store of these keys that counts how often it is read, and may fail. */
function storeOf(...keys: ApiKey[]) {
  const counted = {
    reads: 0,
    fails: false as boolean,
    async find(id: string) {
      counted.reads += 1;
      if (counted.fails) throw new Error("the store is away");
      return keys.find((key) => key.id === id);
    },
    add: async () => {},
    list: async () => keys,
    revoke: async () => undefined,
  } satisfies ApiKeyStore & { reads: number; fails: boolean };
  return counted;
}

test("a key with one altered character, at whichever position, is refused", async () => {
  const { stored, key } = createApiKey("a", ["predict"], null);
  const authenticator = new ApiKeyAuthenticator(storeOf(stored));
  expect(await authenticator.callerOf(key)).toMatchObject({ actor: `key:${stored.id}` });
  for (let position = 0; position < key.length; position += 1) {
    for (const character of ["0", "f", "F", "_", "٣"]) {
      if (key[position] === character) continue;
      const altered = key.slice(0, position) + character + key.slice(position + 1);
      expect({ altered, caller: await authenticator.callerOf(altered) }).toEqual({ altered, caller: undefined });
    }
  }
  for (const altered of [`${key}0`, key.slice(0, -1), ` ${key}`, `${key}\n`, ""])
    expect(await authenticator.callerOf(altered)).toBeUndefined();
});

test("a key that many use at the same time, and one that nobody has, are looked up once in a while", async () => {
  const { stored, key } = createApiKey("a", ["predict"], null);
  const store = storeOf(stored);
  const authenticator = new ApiKeyAuthenticator(store);
  await Promise.all(Array.from({ length: 100 }, () => authenticator.callerOf(key)));
  expect(store.reads).toBe(1);
  const unknown = createApiKey("b", ["predict"], null).key;
  for (let index = 0; index < 20; index += 1) await authenticator.callerOf(unknown);
  expect(store.reads).toBe(2);
});

test("a key ends at its time, also while it is remembered", async () => {
  const { stored, key } = createApiKey("a", ["predict"], new Date(Date.now() + 3000));
  const store = storeOf(stored);
  const authenticator = new ApiKeyAuthenticator(store);
  expect(await authenticator.callerOf(key)).toBeDefined();
  await setTimeout(3100);
  expect(await authenticator.callerOf(key)).toBeUndefined();
});

test("while the store is away nobody is let in or refused for good", async () => {
  const { stored, key } = createApiKey("a", ["predict"], null);
  const store = storeOf(stored);
  const authenticator = new ApiKeyAuthenticator(store);
  store.fails = true;
  await expect(authenticator.callerOf(key)).rejects.toThrow("away");
  store.fails = false;
  expect(await authenticator.callerOf(key)).toBeDefined();
});

test("guesses are forgotten, so they cannot fill the memory", async () => {
  const { stored, key } = createApiKey("a", ["predict"], null);
  const store = storeOf(stored);
  const authenticator = new ApiKeyAuthenticator(store, 100);
  await authenticator.callerOf(key);
  for (let index = 0; index < 300; index += 1) {
    await authenticator.callerOf(key.replace(stored.id, index.toString(16).padStart(16, "0")));
  }
  expect(authenticator.rememberedKeys).toBe(100);
  expect(await authenticator.callerOf(key)).toBeDefined();
});
