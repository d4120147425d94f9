import { existsSync } from "node:fs";
import { join } from "node:path";
import { SettingsError } from "./stage-settings.js";

/** What a container image is built from. */
export interface ImageSource {
  folder: string;
  /** Relative to `folder`. */
  dockerfile: string;
  /** The paths under `folder` that the build reads. Nothing else goes to it, or changes the image's name. */
  files: readonly string[];
}

/** A bundle that AWS Lambda runs. */
export interface FunctionBundle {
  folder: string;
  /** The file in it, without its suffix, and the export that is called: `lambda.handler`. */
  handler: string;
}

/** What the other packages bring, named by path: this package imports none of them. */
export interface Artefacts {
  gateway: FunctionBundle;
  exporter: FunctionBundle;
  recount: FunctionBundle;
  /** The folder of a Lambda layer with the inference service as an extension. */
  inferenceLayer: string;
  /** The folder of the built web page. */
  page: string;
  inferenceImage: ImageSource;
  /** The folder with serve.tar and train.tar, where the images were built before; undefined: they are built when they are deployed. */
  images?: string | undefined;
}

/** The files that the image of the inference service is built from. */
const IMAGE_FILES = [
  ".npmrc",
  "package.json",
  "package-lock.json",
  "tsconfig.base.json",
  "api/package.json",
  "infra/package.json",
  "inference/package.json",
  "test/package.json",
  "webapp/package.json",
  ".ci/bundle-inference.mjs",
  ".ci/node-bundle.mjs",
  "inference/Dockerfile",
  "inference/tsconfig.json",
  "inference/contract",
  "inference/src",
  "inference/training",
  "inference/models",
];

/** Where the artefacts are in a repository that `npm run build` has prepared. */
export function artefactsOf(root: string, bundles: string): Artefacts {
  return {
    gateway: { folder: join(bundles, "gateway"), handler: "lambda.handler" },
    exporter: { folder: join(bundles, "exporter"), handler: "exporter-lambda.handler" },
    recount: { folder: join(bundles, "recount"), handler: "recount-lambda.handler" },
    inferenceLayer: join(bundles, "inference-layer"),
    page: join(root, "webapp/dist"),
    inferenceImage: { folder: root, dockerfile: "inference/Dockerfile", files: IMAGE_FILES },
  };
}

/** @throws SettingsError naming what is missing and how it is made */
export function assertThere({
  gateway,
  exporter,
  recount,
  inferenceLayer,
  page,
  inferenceImage,
  images,
}: Artefacts): void {
  const needed = [
    entryOf(gateway),
    entryOf(exporter),
    entryOf(recount),
    join(inferenceLayer, "extensions"),
    join(page, "index.html"),
    join(inferenceImage.folder, inferenceImage.dockerfile),
    ...(images === undefined ? [] : ["serve.tar", "train.tar"].map((file) => join(images, file))),
  ];
  const missing = needed.filter((path) => !existsSync(path));
  if (missing.length === 0) return;
  throw new SettingsError(`These are to be deployed and are not there:\n  ${missing.join("\n  ")}\nRun npm run build.`);
}

/** The file that a function's handler is in. */
export function entryOf({ folder, handler }: FunctionBundle): string {
  return join(folder, `${handler.slice(0, handler.lastIndexOf("."))}.mjs`);
}
