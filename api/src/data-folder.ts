import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Level } from "level";
import { signingSecret } from "./signing-secret.js";

/** How long to wait for an owner of the folder, or of its database, that is just going away; in milliseconds. */
const FOLDER_PATIENCE = 2000;
const DATABASE_PATIENCE = 5000;

/** Another process has the data folder. */
export class DataFolderInUse extends Error {
  override name = "DataFolderInUse";
}

/** The folder in which one Sentiloop keeps everything. */
export class DataFolder {
  private constructor(
    readonly path: string,
    private readonly lock: Level,
  ) {}

  /**
   * Makes the folder if need be and locks it until `release` or the end of this process, however it ends:
   * the lock is the operating system's, on a file that LevelDB holds.
   * @throws DataFolderInUse, which says what to do, when another process has it
   */
  static async open(path: string): Promise<DataFolder> {
    mkdirSync(path, { recursive: true });
    try {
      return new DataFolder(path, await openUnlocked(join(path, "lock"), FOLDER_PATIENCE));
    } catch (error) {
      if (!isLocked(error)) throw error;
      throw new DataFolderInUse(
        `Another Sentiloop is running on the data folder ${path}. Stop it first, or choose another folder: SENTILOOP_DATA=… npm start`,
      );
    }
  }

  /** Where the embedded DynamoDB keeps its tables. */
  get database(): string {
    return join(this.path, "dynamodb");
  }

  get exports(): string {
    return join(this.path, "exports");
  }

  /** A random secret of 32 bytes that stays the same from start to start. */
  secret(): Buffer {
    return signingSecret(this.path);
  }

  /** Leaves the address of the running database for commands that are started while this process has the folder. */
  publishDatabase(address: { endpoint: string; accessKeyId: string }): void {
    writeFileSync(databaseFile(this.path), JSON.stringify(address), { mode: 0o600 });
  }

  /** The address that the process which has this folder has left; undefined when it has not left one yet. */
  static publishedDatabase(path: string): { endpoint: string; accessKeyId: string } | undefined {
    try {
      return JSON.parse(readFileSync(databaseFile(path), "utf8"));
    } catch {
      return undefined;
    }
  }

  release(): Promise<void> {
    return this.lock.close();
  }
}

function databaseFile(folder: string): string {
  return join(folder, "database.json");
}

/** Waits until no process has this LevelDB open; the one before may have been killed a moment ago. */
export async function waitUntilUnlocked(path: string): Promise<void> {
  await (await openUnlocked(path, DATABASE_PATIENCE)).close();
}

/** Opens a LevelDB, for which it waits up to `patience` milliseconds while another process has it. */
async function openUnlocked(path: string, patience: number): Promise<Level> {
  const deadline = Date.now() + patience;
  for (;;) {
    const database = new Level(path);
    try {
      await database.open();
      return database;
    } catch (error) {
      if (!isLocked(error) || Date.now() > deadline) throw error;
      await setTimeout(50);
    }
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && (error.cause as { code?: string } | undefined)?.code === "LEVEL_LOCKED";
}
