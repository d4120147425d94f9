/**
 * Makes a folder with the compiled inference service and nothing that it does not need:
 * `node .ci/bundle-inference.mjs FOLDER [--arch arm64|x64]`. It runs on Linux, without npm: `node FOLDER/server.mjs`.
 * TensorFlow.js is left out, so `EMOTION_ENGINE=tfjs` is refused there.
 */
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundleForNode, ROOT } from "./node-bundle.mjs";

const NO_TENSORFLOW = `
  import { ModelError } from "./model-error.js";
  export class TfjsEngine {
    static open() {
      throw new ModelError("TensorFlow.js is not part of this build. Unset EMOTION_ENGINE, or run the whole package.");
    }
  }`;

const withoutTensorFlow = {
  name: "without-tensorflow",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]tfjs-engine\.js$/ }, ({ path }) => ({ contents: NO_TENSORFLOW, resolveDir: dirname(path) }));
  },
};

/** ONNX Runtime with the binaries of one platform; the package brings those of five. */
function copyOnnxRuntime(folder, arch) {
  const modules = join(ROOT, "node_modules");
  const binaries = `bin/napi-v6/linux/${arch}`;
  for (const part of ["package.json", "dist", binaries]) {
    copy(join(modules, "onnxruntime-node", part), join(folder, "node_modules/onnxruntime-node", part));
  }
  for (const part of ["package.json", "dist/cjs"]) {
    copy(join(modules, "onnxruntime-common", part), join(folder, "node_modules/onnxruntime-common", part));
  }
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, filter: (path) => !/\.(map|d\.ts)$/.test(path) });
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { arch: { type: "string", default: process.arch } },
});
const arch = values.arch === "amd64" || values.arch === "x86_64" ? "x64" : values.arch;
if (positionals.length !== 1 || !["arm64", "x64"].includes(arch)) {
  console.error("Usage: node .ci/bundle-inference.mjs FOLDER [--arch arm64|x64]");
  process.exit(2);
}
const folder = resolve(positionals[0]);
rmSync(folder, { recursive: true, force: true });
await bundleForNode({
  entryPoints: ["inference/dist/src/server.js", "inference/dist/src/lambda-extension.js"],
  outdir: folder,
  external: ["onnxruntime-node"],
  plugins: [withoutTensorFlow],
});
copyOnnxRuntime(folder, arch);
// By its package.json the service finds the folder of the starter version.
copy(join(ROOT, "inference/package.json"), join(folder, "package.json"));
copy(join(ROOT, "inference/models"), join(folder, "models"));
