import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ulid } from "ulid";
import { FileExportStore } from "../../api/src/file-export-store.js";

/** The addresses of export files: signed, for a while, and good only exactly as they were given out. */

const folder = mkdtempSync(join(tmpdir(), "sentiloop-exports-"));
const store = new FileExportStore(folder, Buffer.alloc(32, 1));
const [id, other] = [ulid(), ulid()];
const SOON = new Date(Date.now() + 3_600_000);

beforeAll(async () => {
  for (const each of [id, other]) await store.write(each, Readable.from(["a,b\n"]));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the store has under an address, as the server asks it. */
async function opens(address: string): Promise<boolean> {
  const found = await store.open(new URL(address, "http://localhost"));
  found?.content.destroy();
  return found !== undefined;
}

test("an address opens its file until it expires", async () => {
  expect(await opens(await store.url(id, SOON))).toBe(true);
  expect(await opens(await store.url(id, new Date(Date.now() - 1)))).toBe(false);
  expect(await opens(await store.url(ulid(), SOON))).toBe(false);
});

test("one altered character, at whichever position, opens nothing", async () => {
  const url = await store.url(id, SOON);
  for (let position = 0; position < url.length; position += 1) {
    for (const character of ["0", "1", "A", "a", "_", "-", "%"]) {
      if (url[position] === character) continue;
      const altered = url.slice(0, position) + character + url.slice(position + 1);
      expect({ altered, opens: await opens(altered) }).toEqual({ altered, opens: false });
    }
  }
});

test("one character too many or too few opens nothing", async () => {
  const url = await store.url(id, SOON);
  // The slash at the beginning is not the address's: a request always has it.
  for (let position = 1; position <= url.length; position += 1) {
    for (const altered of [
      `${url.slice(0, position)}0${url.slice(position)}`,
      url.slice(0, position) + url.slice(position + 1),
    ]) {
      if (altered === url) continue;
      expect({ altered, opens: await opens(altered) }).toEqual({ altered, opens: false });
    }
  }
});

test("no part of one address helps with another", async () => {
  const [mine = "", signed = ""] = (await store.url(id, SOON)).split("?");
  expect(await opens(`${mine.replace(id, other)}?${signed}`)).toBe(false);
  expect(await opens(`${mine}?${signed.replace(/expires=\d+/, `expires=${SOON.getTime() + 1}`)}`)).toBe(false);
  expect(await opens(`${mine}?${signed.replace(/expires=/, "expires=99999999999999&expires=")}`)).toBe(false);
  expect(await opens(`${mine}?signature=&${signed}`)).toBe(false);
  expect(await opens(mine)).toBe(false);
  expect(await opens(`/exports/../exports/../${id}.csv?${signed}`)).toBe(false);
  const foreign = new FileExportStore(folder, Buffer.alloc(32, 2));
  expect(await opens(await foreign.url(id, SOON))).toBe(false);
});
