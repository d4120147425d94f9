import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pino from "pino";
import { ModelRegistry } from "../../inference/src/registry.js";
import { S3ModelMirror } from "../../inference/src/s3-model-mirror.js";
import { startS3, type TestS3 } from "../support/s3.js";

const STARTER = "inference/models";
const { version } = JSON.parse(readFileSync(join(STARTER, "serving.json"), "utf8")) as { version: string };
const log = pino({ level: "silent" });

let s3: TestS3;

beforeAll(async () => {
  s3 = await startS3();
});

afterAll(() => s3.stop());

function service(): { folder: string; mirror: S3ModelMirror; registry: ModelRegistry } {
  const folder = join(mkdtempSync(join(tmpdir(), "sentiloop-mirror-")), "models");
  const mirror = new S3ModelMirror({ bucket: s3.bucket, folder, endpoint: s3.endpoint, log });
  return { folder, mirror, registry: new ModelRegistry([folder]) };
}

test("an empty bucket changes nothing", async () => {
  const { mirror, registry } = service();
  await mirror.pull();
  expect((await registry.list()).versions).toEqual([]);
});

test("a version and the alias that one service pushes are another's after its pull, and then whatever follows", async () => {
  const one = service();
  cpSync(STARTER, one.folder, { recursive: true });
  await one.mirror.push();
  const other = service();
  await other.mirror.pull();
  expect((await other.registry.serving()).version).toBe(version);
  expect((await other.registry.list()).versions.map(({ manifest }) => manifest.version)).toEqual([version]);
  for (const name of ["model.onnx", "manifest.json", "tokenizer.json"])
    expect(readFileSync(join(other.folder, version, name))).toEqual(readFileSync(join(STARTER, version, name)));

  writeFileSync(join(other.folder, "serving.json"), '{"version":"20260101-00000000"}');
  await other.mirror.push();
  await one.mirror.pull(false);
  expect((await one.registry.serving()).version).toBe("20260101-00000000");
}, 60_000);

test("a version without its manifest is not there yet, and a name that leads elsewhere never is", async () => {
  const put = (Key: string) => s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body: "{}" }));
  await put("20260202-00000000/model.onnx");
  await put("20260203-00000000/passwd");
  await put("..secret/manifest.json");
  const { folder, mirror } = service();
  await mirror.pull();
  expect(existsSync(join(folder, version, "manifest.json"))).toBe(true);
  for (const name of ["20260202-00000000", "20260203-00000000", "..secret"])
    expect(existsSync(join(folder, name))).toBe(false);
});

test("a bucket that cannot be read is said to be that", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sentiloop-mirror-"));
  const mirror = new S3ModelMirror({ bucket: "no-such-bucket", folder, endpoint: s3.endpoint, log });
  await expect(mirror.pull()).rejects.toThrow("The bucket no-such-bucket cannot be read");
});
