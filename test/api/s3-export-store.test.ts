import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ulid } from "ulid";
import { S3ExportStore } from "../../api/src/s3-export-store.js";
import { startS3, type TestS3 } from "../support/s3.js";

const MIB = 2 ** 20;
const soon = () => new Date(Date.now() + 600_000);

let s3: TestS3;
let store: S3ExportStore;

beforeAll(async () => {
  s3 = await startS3();
  store = new S3ExportStore(s3.client, s3.bucket);
});

afterAll(() => s3.stop());

async function keys(): Promise<string[]> {
  const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: s3.bucket }));
  return Contents.map(({ Key }) => Key ?? "");
}

describe("an export in S3", () => {
  test("can be fetched by its address, byte for byte, also when it takes several parts", async () => {
    const id = ulid();
    const content = randomBytes(20 * MIB + 1);
    await store.write(id, Readable.from([content.subarray(0, 7 * MIB), content.subarray(7 * MIB)]));
    const answer = await fetch(await store.url(id, soon()));
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="sentiloop-${id}.csv"`);
    const received = Buffer.from(await answer.arrayBuffer());
    expect(createHash("sha256").update(received).digest("hex")).toBe(
      createHash("sha256").update(content).digest("hex"),
    );
  }, 120_000);

  // The server here knows the times of addresses; whether their signatures are right only AWS itself can tell.
  test("can no longer be fetched when its address has expired", async () => {
    const id = ulid();
    await store.write(id, Readable.from(["id,text\n"]));
    const [soon, later] = await Promise.all([1900, 60_000].map((ms) => store.url(id, new Date(Date.now() + ms))));
    await setTimeout(2500);
    expect((await fetch(soon as string)).status).toBe(403);
    expect((await fetch(later as string)).status).toBe(200);
  });

  test("has an address that is good for an hour at most, and no longer than the export", async () => {
    const expiry = async (expiresAt: Date) =>
      new URL(await store.url(ulid(), expiresAt)).searchParams.get("X-Amz-Expires");
    expect(await expiry(new Date(Date.now() + 24 * 3_600_000))).toBe("3600");
    expect(Number(await expiry(new Date(Date.now() + 60_500)))).toBeLessThanOrEqual(60);
  });

  // The server here knows no aborts, so what counts is that it was asked for one, of the right upload.
  test("is not there when its content breaks off, and its upload is aborted", async () => {
    const id = ulid();
    const sent: string[] = [];
    s3.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          const { Key, UploadId } = args.input as { Key?: string; UploadId?: string };
          sent.push(`${commandName} ${Key} ${UploadId === undefined ? "" : "of an upload"}`.trim());
          return next(args);
        },
      { step: "initialize", name: "record" },
    );
    const content = Readable.from(
      (function* () {
        yield randomBytes(20 * MIB);
        throw new Error("the table cannot be read");
      })(),
    );
    await expect(store.write(id, content)).rejects.toThrow("the table cannot be read");
    s3.client.middlewareStack.remove("record");
    expect(sent.at(-1)).toBe(`AbortMultipartUploadCommand ${id}.csv of an upload`);
    expect(await keys()).not.toContain(`${id}.csv`);
  }, 120_000);

  test("can be written in parts that replace each other whole", async () => {
    const id = ulid();
    await store.writePart(id, 7, Readable.from(["first"]));
    await store.writePart(id, 7, Readable.from(["second"]));
    expect((await buffer(await store.readPart(id, 7))).toString()).toBe("second");
    await expect(store.readPart(id, 8)).rejects.toThrow();
  });
});
