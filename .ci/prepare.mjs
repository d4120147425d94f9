import { buildEverything, buildIsCurrent } from "./build.mjs";
import { installPackages, packagesAreCurrent } from "./install.mjs";
import { withSetupLock } from "./setup-lock.mjs";

/**
 * Brings the packages and the built files of a clone up to date; does nothing when they are.
 * @param {string} root the clone's folder
 * @param {AbortSignal} signal stops the work; what was half done is done again by the next call
 * @throws CommandError when a tool fails
 */
export async function prepare(root, signal) {
  if (packagesAreCurrent(root) && buildIsCurrent(root)) return;
  await withSetupLock(root, signal, async (lock) => {
    // Asked again: whoever held the lock before may have done the work.
    if (!packagesAreCurrent(root)) await installPackages(root, { signal, lock });
    if (!buildIsCurrent(root)) await buildEverything(root, { signal, lock });
  });
  signal.throwIfAborted();
}
