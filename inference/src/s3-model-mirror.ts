import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Logger } from "pino";
import { replaceDurably } from "./durable-file.js";
import { MANIFEST_FILE, versionNameSchema } from "./manifest.js";
import { ModelError } from "./model-error.js";
import { MAX_FILE_BYTES } from "./model-version.js";
import { HISTORY_FILE } from "./promotion-history.js";
import { ALIAS_FILE } from "./registry.js";

export interface S3ModelMirrorOptions {
  bucket: string;
  /** The registry folder that is kept like the bucket. */
  folder: string;
  /** The address of an S3 that is not AWS. */
  endpoint?: string | undefined;
  log: Logger;
}

/** A promotion is to be served within ten seconds. Asking costs 20 cents a month. In milliseconds. */
const LOOK_EVERY = 5000;

/** New versions that nobody promoted are seen within a minute: to list costs twelve times as much as to ask. */
const LOOKS_A_LIST = 12;

const MAX_OBJECT_BYTES = Math.max(...Object.values(MAX_FILE_BYTES));
const NOT_FOUND = 404;
const NOT_MODIFIED = 304;
const PRECONDITION_FAILED = 412;

/**
 * Keeps a registry folder like a bucket, both ways: versions are immutable and only added; the alias and the history of
 * promotions follow the bucket's. Everything else works with the folder and does not know of it.
 */
export class S3ModelMirror {
  readonly #client: S3Client;
  readonly #options: S3ModelMirrorOptions;
  /** Of the alias in the bucket when it was last the folder's, too; undefined while there is none. */
  #aliasTag: string | undefined;
  #looks = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: S3ModelMirrorOptions) {
    this.#options = options;
    this.#client = createS3Client(options.endpoint);
  }

  /**
   * Brings what the bucket has and the folder has not: versions first, so that the alias never names one that is not
   * there.
   * @param alwaysVersions whether to look for versions also when the alias is the same as before
   * @throws ModelError when the bucket cannot be read
   */
  async pull(alwaysVersions = true): Promise<void> {
    try {
      const alias = await this.#read(ALIAS_FILE, this.#aliasTag);
      if (alias === undefined && !alwaysVersions) return;
      await mkdir(this.#options.folder, { recursive: true });
      for (const [version, names] of await this.#versionsInBucket()) await this.#pullVersion(version, names);
      if (alias === undefined) return;
      const history = await this.#read(HISTORY_FILE);
      if (history) await replaceDurably(join(this.#options.folder, HISTORY_FILE), history.bytes.toString());
      await replaceDurably(join(this.#options.folder, ALIAS_FILE), alias.bytes.toString());
      this.#aliasTag = alias.tag;
    } catch (error) {
      if (error instanceof ModelError) throw error;
      throw new ModelError(`The bucket ${this.#options.bucket} cannot be read: ${(error as Error).message}`);
    }
  }

  /**
   * Puts what the folder has and the bucket has not into the bucket; the manifest of a version last, because a version
   * is there when its manifest is.
   * @throws ModelError when somebody else promoted a version since the last pull; then nothing is promoted
   */
  async push(): Promise<void> {
    const { folder } = this.#options;
    await this.pushVersions();
    const alias = await readFile(join(folder, ALIAS_FILE), "utf8").catch(() => undefined);
    if (alias === undefined) return;
    this.#aliasTag = await this.#writeAlias(alias);
    const history = await readFile(join(folder, HISTORY_FILE)).catch(() => undefined);
    if (history) await this.#write(HISTORY_FILE, history);
  }

  /** As `push`, but lets no other version serve. */
  async pushVersions(): Promise<void> {
    const there = await this.#versionsInBucket();
    for (const version of await versionsIn(this.#options.folder)) {
      if (!there.has(version)) await this.#pushVersion(version);
    }
  }

  /** Looks now and then from now on, without keeping the process alive. */
  start(): void {
    this.#timer = setTimeout(async () => {
      this.#looks += 1;
      await this.pull(this.#looks % LOOKS_A_LIST === 0).catch(({ message }: Error) =>
        this.#options.log.warn({ reason: message }, "no look at the bucket"),
      );
      this.start();
    }, LOOK_EVERY).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#client.destroy();
  }

  /** What is in the bucket by versions that have a manifest. */
  async #versionsInBucket(): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>();
    let ContinuationToken: string | undefined;
    do {
      const page = await this.#client.send(
        new ListObjectsV2Command({ Bucket: this.#options.bucket, ContinuationToken }),
      );
      for (const { Key = "" } of page.Contents ?? []) {
        const [version = "", name = "", ...deeper] = Key.split("/");
        // A name that is none could lead out of the folder.
        if (deeper.length > 0 || !isVersionFile(name) || !versionNameSchema.safeParse(version).success) continue;
        found.set(version, [...(found.get(version) ?? []), name]);
      }
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return new Map([...found].filter(([, names]) => names.includes(MANIFEST_FILE)));
  }

  async #pullVersion(version: string, names: readonly string[]): Promise<void> {
    const { folder } = this.#options;
    if (await isThere(join(folder, version))) return;
    // The dot keeps the registry from taking an unfinished folder for a version.
    const draft = await mkdtemp(join(folder, ".pull-"));
    try {
      for (const name of names) {
        const file = await this.#read(`${version}/${name}`);
        if (file) await writeFile(join(draft, name), file.bytes);
      }
      await rename(draft, join(folder, version));
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  async #pushVersion(version: string): Promise<void> {
    const folder = join(this.#options.folder, version);
    const names = (await readdir(folder)).filter((name) => isVersionFile(name) && name !== MANIFEST_FILE);
    for (const name of [...names, MANIFEST_FILE])
      await this.#write(`${version}/${name}`, await readFile(join(folder, name)));
  }

  /** @returns the new alias's tag */
  async #writeAlias(content: string): Promise<string | undefined> {
    const condition = this.#aliasTag === undefined ? { IfNoneMatch: "*" } : { IfMatch: this.#aliasTag };
    try {
      return await this.#write(ALIAS_FILE, content, condition);
    } catch (error) {
      if (statusOf(error) !== PRECONDITION_FAILED) throw error;
      this.#aliasTag = undefined;
      await this.pull();
      throw new ModelError("Another version was promoted at the same time; that one serves. Promote again if need be.");
    }
  }

  async #write(Key: string, Body: string | Buffer, condition: object = {}): Promise<string | undefined> {
    const { ETag } = await this.#client.send(
      new PutObjectCommand({ Bucket: this.#options.bucket, Key, Body, ...condition }),
    );
    return ETag;
  }

  /** @returns undefined when there is no such object, or it still has the tag */
  async #read(Key: string, IfNoneMatch?: string): Promise<{ bytes: Buffer; tag: string | undefined } | undefined> {
    try {
      const { bucket: Bucket } = this.#options;
      const {
        Body,
        ETag,
        ContentLength = 0,
      } = await this.#client.send(new GetObjectCommand({ Bucket, Key, IfNoneMatch }));
      if (ContentLength > MAX_OBJECT_BYTES)
        throw new ModelError(`${Key} has ${ContentLength} bytes, which is too much.`);
      return { bytes: Buffer.from((await Body?.transformToByteArray()) ?? []), tag: ETag };
    } catch (error) {
      if ([NOT_FOUND, NOT_MODIFIED].includes(statusOf(error) ?? 0)) return undefined;
      throw error;
    }
  }
}

/** A client with bounded waits. @param endpoint of an S3 that is not AWS; AWS is found as its SDK finds it */
export function createS3Client(endpoint?: string): S3Client {
  // The SDK's note about Node versions is for whoever upgrades the SDK, not for whoever runs Sentiloop.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  return new S3Client({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 30_000 },
    ...(endpoint !== undefined && {
      endpoint,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" },
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    }),
  });
}

function isVersionFile(name: string): boolean {
  return name === MANIFEST_FILE || name in MAX_FILE_BYTES;
}

async function versionsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const complete = await Promise.all(names.map((name) => isThere(join(folder, name, MANIFEST_FILE))));
  return names.filter((name, index) => complete[index] && versionNameSchema.safeParse(name).success);
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
