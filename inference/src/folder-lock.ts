import { randomUUID } from "node:crypto";
import { link, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import * as z from "zod";
import { ModelError } from "./model-error.js";

const LOCK_FILE = ".promotion.lock";
const POLL_MS = 25;
const PATIENCE_MS = 30_000;

// A promotion takes about a second; of an owner on another machine nothing but the lock's age can be known.
const STALE_MS = 120_000;
const TAKEOVER_STALE_MS = 10_000;

const ownerSchema = z.object({ host: z.string(), pid: z.number().int().positive(), id: z.string() });

/**
 * Does a piece of work that no other process does in this folder at the same time. A lock whose owner died is taken
 * over.
 * @throws ModelError when another process keeps the lock for half a minute
 */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const file = join(folder, LOCK_FILE);
  const owner = JSON.stringify({ host: hostname(), pid: process.pid, id: randomUUID() });
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await created(file, owner))) {
    if (performance.now() > deadline) {
      throw new ModelError(`${file} is held by another process. Wait for it, or remove the file if there is none.`);
    }
    await takeAwayIfStale(file);
    await setTimeout(POLL_MS);
  }
  try {
    return await work();
  } finally {
    if ((await contentOf(file)) === owner) await rm(file, { force: true });
  }
}

/**
 * Whether a file could be created that was not there. It appears with its content: whoever is killed in between leaves
 * no lock of which nobody could tell whose it is.
 */
async function created(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, content);
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Takes a dead owner's lock away; only one process at a time does, else it could take a new owner's. */
async function takeAwayIfStale(file: string): Promise<void> {
  if (!(await isStale(file))) return;
  const takeover = `${file}.takeover`;
  if (!(await created(takeover, ""))) {
    if ((await ageOf(takeover)) > TAKEOVER_STALE_MS) await rm(takeover, { force: true });
    return;
  }
  if (await isStale(file)) await rm(file, { force: true });
  await rm(takeover, { force: true });
}

async function isStale(file: string): Promise<boolean> {
  if ((await ageOf(file)) > STALE_MS) return true;
  const owner = ownerSchema.safeParse(jsonOf(await contentOf(file)));
  return owner.success && owner.data.host === hostname() && !isAlive(owner.data.pid);
}

/** Milliseconds since a file was written; 0 when there is none. */
async function ageOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? 0 : Date.now() - found.mtimeMs;
}

function contentOf(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
