import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The root of the repository. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Bundles compiled files as ES modules for Node, into a folder.
 * @param {import("esbuild").BuildOptions & { entryPoints: string[], outdir: string }} options paths are relative to ROOT
 */
export function bundleForNode(options) {
  return build({
    outExtension: { ".js": ".mjs" },
    absWorkingDir: ROOT,
    bundle: true,
    // What is loaded on use gets files of its own, which a start does not even read.
    splitting: true,
    platform: "node",
    target: "node20",
    format: "esm",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "warning",
    ...options,
  });
}
