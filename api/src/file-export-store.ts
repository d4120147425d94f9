import { createHmac, timingSafeEqual } from "node:crypto";
import { mkdirSync } from "node:fs";
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { decodeTime, isValid } from "ulid";
import { EXPORTS_PATH, type ExportDownload, type ExportDownloads, type ExportStore } from "./export-store.js";

const SUFFIX = ".csv";
const PARTIAL_SUFFIX = ".csv.part";

/** Keeps export files in a folder and gives out signed addresses that expire. */
export class FileExportStore implements ExportStore, ExportDownloads {
  /**
   * @param folder where the files are
   * @param secret signs the addresses; the same after a restart, so that they stay valid
   */
  constructor(
    private readonly folder: string,
    private readonly secret: Buffer,
  ) {
    mkdirSync(folder, { recursive: true });
  }

  async write(id: string, content: Readable): Promise<void> {
    const partial = join(this.folder, id + PARTIAL_SUFFIX);
    const file = await open(partial, "w", 0o600);
    try {
      await pipeline(content, file.createWriteStream({ flush: true }));
      await rename(partial, this.path(id));
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  async url(id: string, expiresAt: Date): Promise<string> {
    const expires = expiresAt.getTime().toString();
    return `${EXPORTS_PATH}${id}${SUFFIX}?expires=${expires}&signature=${this.signature(id, expires)}`;
  }

  async open(address: URL): Promise<ExportDownload | undefined> {
    const id = address.pathname.slice(EXPORTS_PATH.length, -SUFFIX.length);
    if (!isValid(id) || address.pathname !== `${EXPORTS_PATH}${id}${SUFFIX}` || !this.isSigned(id, address))
      return undefined;
    try {
      const file = await open(this.path(id), "r");
      const { size } = await file.stat();
      return { content: file.createReadStream(), byteCount: size, name: downloadName(id) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Removes the files, whole or partial, that were written before `time`. */
  async removeOlderThan(time: Date): Promise<void> {
    for (const name of await readdir(this.folder)) {
      if (!name.endsWith(SUFFIX) && !name.endsWith(PARTIAL_SUFFIX)) continue;
      const path = join(this.folder, name);
      if ((await stat(path)).mtime < time) await rm(path, { force: true });
    }
  }

  private isSigned(id: string, { searchParams }: URL): boolean {
    const expires = searchParams.get("expires") ?? "";
    // Compared as text: several texts decode to the same bytes, and one altered character must be refused.
    const given = Buffer.from(searchParams.get("signature") ?? "");
    const expected = Buffer.from(this.signature(id, expires));
    return given.length === expected.length && timingSafeEqual(given, expected) && Number(expires) > Date.now();
  }

  private signature(id: string, expires: string): string {
    return createHmac("sha256", this.secret).update(`${id}\n${expires}`).digest("base64url");
  }

  private path(id: string): string {
    return join(this.folder, id + SUFFIX);
  }
}

/** What a browser calls the file: a ULID begins with the time of the export. */
function downloadName(id: string): string {
  const time = new Date(decodeTime(id)).toISOString().slice(0, 19).replaceAll(":", "-");
  return `sentiloop-${time}Z.csv`;
}
