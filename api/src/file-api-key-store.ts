import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, open, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { API_KEY_ID, type ApiKey, apiKeyFromJson } from "./api-key.js";
import type { ApiKeyStore } from "./api-key-store.js";

const SUFFIX = ".json";

/**
 * Keeps each API key in a file of its own. Files are replaced as a whole and the only change is a revocation, so a
 * command and a running server can share the folder without a lock.
 */
export class FileApiKeyStore implements ApiKeyStore {
  constructor(private readonly folder: string) {}

  async add(key: ApiKey): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    // The dot keeps an unfinished file from being taken for a key.
    const draft = join(this.folder, `.${randomUUID()}`);
    await writeFile(draft, JSON.stringify(key), { flag: "wx", mode: 0o600, flush: true });
    await rename(draft, this.path(key.id));
    await syncFolder(this.folder);
  }

  async find(id: string): Promise<ApiKey | undefined> {
    if (!API_KEY_ID.test(id)) return undefined;
    const json = await unlessMissing(readFile(this.path(id), "utf8"));
    return json === undefined ? undefined : apiKeyFromJson(json);
  }

  async list(): Promise<ApiKey[]> {
    const names = (await unlessMissing(readdir(this.folder))) ?? [];
    const ids = names.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));
    const keys = await Promise.all(ids.map((id) => this.find(id)));
    return keys
      .filter((key) => key !== undefined)
      .sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
  }

  async revoke(id: string): Promise<ApiKey | undefined> {
    const key = await this.find(id);
    if (key === undefined || key.revokedAt !== null) return key;
    const revoked = { ...key, revokedAt: new Date() };
    await this.add(revoked);
    return revoked;
  }

  private path(id: string): string {
    return join(this.folder, id + SUFFIX);
  }
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders; there a rename is durable without this.
  if (process.platform === "win32") return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
