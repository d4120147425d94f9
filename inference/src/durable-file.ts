import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Replaces a file as a whole: readers, and whoever starts after a power failure, find the old or the new content. */
export async function replaceDurably(file: string, content: string): Promise<void> {
  // The dot keeps a registry from taking an unfinished file for anything.
  const draft = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
  try {
    await writeAndSync(await open(draft, "wx"), content);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(file));
}

const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW = 0 } = constants;

/** Appends a line to a file; when this ends, the line is on the disk. A line that a crash cut short stays one of its own. */
export async function appendLineDurably(file: string, line: string): Promise<void> {
  const handle = await open(file, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW);
  const begin = (await endsMidLine(handle)) ? "\n" : "";
  await writeAndSync(handle, `${begin}${line}\n`);
  await syncFolder(dirname(file));
}

async function endsMidLine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== "\n".charCodeAt(0);
}

async function writeAndSync(handle: FileHandle, content: string): Promise<void> {
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
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
