import { createHash } from "node:crypto";
import { realpathSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Does a piece of work while no other process of this machine does it for the same clone; waits for its turn.
 *
 * The lock is a listening socket outside of the clone: npm ci empties node_modules, and the system closes a
 * socket however its owner ends, so nothing stale stays behind. `work` is given the socket's file descriptor:
 * a program that it starts inherits it and so keeps the lock even when this process is killed before it.
 */
export async function withSetupLock(root, signal, work) {
  const visitors = new Set();
  const server = await acquire(socketAddress(root), signal, visitors);
  try {
    // Node has no public name for a listening socket's descriptor.
    return await work(server._handle.fd);
  } finally {
    server.close();
    for (const visitor of visitors) visitor.destroy();
  }
}

async function acquire(address, signal, visitors) {
  for (let tries = 0; ; tries += 1) {
    signal.throwIfAborted();
    const server = await listen(address, visitors);
    if (server !== undefined) return server;
    if (tries === 0) console.error("Waiting for another process that is setting up this clone…");
    await ownerGone(address, signal);
  }
}

/** A server that holds the lock, or undefined when another process holds it. */
function listen(address, visitors) {
  return new Promise((resolve, reject) => {
    const server = createServer((visitor) => {
      visitors.add(visitor);
      visitor.on("error", () => {}).on("close", () => visitors.delete(visitor));
    });
    server.on("error", (error) => (error.code === "EADDRINUSE" ? resolve(undefined) : reject(error)));
    server.listen(address, () => resolve(server));
  });
}

/** Waits until the lock's owner has closed it: every connection to it then ends. */
async function ownerGone(address, signal) {
  const visit = connect({ path: address, signal });
  const error = await new Promise((resolve) => visit.on("error", resolve).on("close", () => resolve(undefined)));
  // A socket in the file system outlives an owner that was killed; then nobody answers there.
  if (error?.code === "ECONNREFUSED" && !address.startsWith("\0")) rmSync(address, { force: true });
  if (error !== undefined) await delay(50);
}

function socketAddress(root) {
  const name = `sentiloop-setup-${createHash("sha256").update(realpathSync(root)).digest("hex").slice(0, 16)}`;
  // On Linux a leading NUL makes a name that lives in the kernel alone and ends with its owner.
  return process.platform === "linux" ? `\0${name}` : join(tmpdir(), `${name}.sock`);
}
