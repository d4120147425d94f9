import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import vue from "@vitejs/plugin-vue";
import { defineConfig, type Plugin } from "vite";
import { PAGE_PATHS } from "./src/page-routes.js";

/** Where the api listens while the page is developed with `vite`. */
const API = "http://127.0.0.1:4000";

/** Writes each page's address as a file, because whatever serves the files must answer it when it is opened directly. */
function aFileForEachPage(): Plugin {
  return {
    name: "a-file-for-each-page",
    enforce: "post",
    generateBundle(_options, bundle) {
      const index = bundle["index.html"];
      if (index?.type !== "asset") throw new Error("The build has no index.html.");
      for (const path of Object.values<string>(PAGE_PATHS)) {
        if (path !== "/") this.emitFile({ type: "asset", fileName: `${path.slice(1)}.html`, source: index.source });
      }
    },
  };
}

const COMPRESSIONS = { br: promisify(brotliCompress), gz: promisify(gzip) };

/**
 * Writes each file of assets/ compressed beside itself, because the local server hands files out as they are. The pages are
 * smaller than what goes with any answer, and CloudFront compresses by itself.
 */
function compressedAssets(): Plugin {
  return {
    name: "compressed-assets",
    async writeBundle({ dir = "" }, bundle) {
      const assets = Object.keys(bundle).filter((name) => name.startsWith("assets/"));
      await Promise.all(assets.map((name) => compressFile(join(dir, name))));
    },
  };
}

async function compressFile(path: string): Promise<void> {
  const content = await readFile(path);
  for (const [ending, compress] of Object.entries(COMPRESSIONS)) {
    await writeFile(`${path}.${ending}`, await compress(content));
  }
}

export default defineConfig({
  plugins: [vue(), tailwindcss(), aFileForEachPage(), compressedAssets()],
  define: {
    // Apollo Client's checks for those who develop with it, which freeze and warn.
    "globalThis.__DEV__": false,
    // Parts of vue-i18n and Vue that the page does not use.
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
    __VUE_OPTIONS_API__: false,
  },
  build: {
    // The explorer is a page of its own, which the api answers to a browser at /graphql.
    rollupOptions: { input: ["index.html", "explorer.html"] },
    // The oldest browsers that know light-dark(), from which all colours of the page are made.
    target: ["chrome123", "edge123", "firefox120", "safari17.5"],
  },
  server: {
    proxy: { "/graphql": API, "/exports": API, "/config.json": API },
  },
});
