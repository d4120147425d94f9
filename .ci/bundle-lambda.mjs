/**
 * Bundles a Lambda function: `node .ci/bundle-lambda.mjs [ENTRY FOLDER [--plain]]`. Without arguments it is the
 * compiled api, into api/dist/lambda, where `lambda.handler` is what AWS Lambda calls. `--plain` leaves everything in
 * that the packages bring.
 */
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { bundleForNode, ROOT } from "./node-bundle.mjs";

/** Modules of which the function needs less than they bring, by what is imported; undefined when nothing of them. */
const REPLACED = {
  // undici's connection pool with its request method: a third of the whole of undici.
  undici: `
    import Dispatcher from "undici/lib/dispatcher/dispatcher.js";
    import Pool from "undici/lib/dispatcher/pool.js";
    import request from "undici/lib/api/api-request.js";
    Dispatcher.prototype.request = request;
    export { Pool };`,
  // undici takes this parser only where WebAssembly has no SIMD, which is nowhere that this runs.
  "../llhttp/llhttp-wasm.js": "",
  // Apollo looks for Node's hashes in a way that only CommonJS knows, and would take a copy in JavaScript.
  "@apollo/utils.createhash": 'export { createHash } from "node:crypto";',
  // Makes a schema out of SDL; ours comes to Apollo as one.
  "@graphql-tools/schema": "export const makeExecutableSchema = undefined;",
  // Serves the page's files, which are elsewhere on AWS.
  sirv: "export default undefined;",
  // An optional peer of type-graphql that is not installed: nothing here is validated by it.
  "class-validator": "",
  // Tells browsers apart.
  bowser: "",
  // Compares versions that package-lock.json pins.
  semver: "export default { satisfies: () => true };",
  // The way of a log to a thread of its own, which ours does not take.
  "thread-stream": "export default undefined;",
  // Apollo and its parts bring a copy each, of this same version.
  "lru-cache": 'export { LRUCache } from "lru-cache/raw";',
};

/**
 * Ways to credentials that a function does not go: AWS Lambda puts its own into the environment, where they are looked
 * for first. Each brings a client of another service.
 */
for (const [way, name] of [
  ["sso", "fromSSO"],
  ["ini", "fromIni"],
  ["process", "fromProcess"],
  ["web-identity", "fromTokenFile"],
]) {
  REPLACED[`@aws-sdk/credential-provider-${way}`] = `
    const error = Object.assign(new Error("This way to credentials is not in the bundle."), { tryNextLink: true });
    export const ${name} = () => () => Promise.reject(error);`;
}

const replacements = {
  name: "replacements",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, kind, importer }) => {
      if (path in REPLACED) return { path, namespace: "replaced" };
      // Apollo's default plugins; all of them are switched off.
      if (kind === "dynamic-import" && importer.endsWith("/ApolloServer.js")) return { path, namespace: "replaced" };
      return undefined;
    });
    onLoad({ filter: /./, namespace: "replaced" }, ({ path }) => ({
      contents: REPLACED[path] ?? "",
      resolveDir: join(ROOT, "api"),
    }));
  },
};

const [entry = "api/dist/lambda.js", folder = "api/dist/lambda", flag] = process.argv.slice(2);
// The names of chunks hold their hashes: those of an earlier bundle would be shipped along.
rmSync(resolve(ROOT, folder), { recursive: true, force: true });
await bundleForNode({
  entryPoints: [entry],
  outdir: folder,
  minify: true,
  // type-graphql calls types by the names of their classes.
  keepNames: true,
  // Apollo and graphql come as CommonJS too, and two copies of graphql refuse each other's types.
  mainFields: ["module", "main"],
  conditions: ["module", "import"],
  plugins: flag === "--plain" ? [] : [replacements],
});
