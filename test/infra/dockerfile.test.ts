import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "@jest/globals";
import { artefactsOf } from "../../infra/src/artefacts.js";
import { stagesOf } from "./dockerfile.js";

const FILE = "inference/Dockerfile";
const { validate } = createRequire(import.meta.url)("dockerfile-utils") as {
  validate(content: string): { message: string }[];
};
const stages = stagesOf(FILE);

test("the Dockerfile has nothing that a linter finds", () => {
  expect(validate(readFileSync(FILE, "utf8")).map(({ message }) => message)).toEqual([]);
  expect(validate("FROM node\nRUNN x").map(({ message }) => message)).not.toEqual([]);
});

test.each(["serve", "train"])("the image %s runs as nobody, and its program is the first process", (name) => {
  const instructions = stages.get(name) ?? [];
  expect(instructions.find((each) => each.name === "USER")?.text).toBe("65532:65532");
  // The JSON form: a shell between would keep SIGTERM to itself.
  const started = instructions.filter((each) => ["CMD", "ENTRYPOINT"].includes(each.name));
  expect(started).toHaveLength(1);
  expect(() => JSON.parse(started[0]?.text ?? "")).not.toThrow();
});

test("what the images are built from is what the stage hands over, nothing is missing", () => {
  const { files } = artefactsOf(process.cwd(), "bundles").inferenceImage;
  const copied = [...stages.values()]
    .flat()
    .filter(({ name, text }) => name === "COPY" && !text.startsWith("--from"))
    .flatMap(({ text }) => text.split(" ").slice(0, -1));
  const missing = copied.filter((path) => !files.some((file) => file === path || file.startsWith(`${path}/`)));
  expect(missing).toEqual([]);
});

test("the base images are named once each, by a tag of their own or a digest", () => {
  const images = [...readFileSync(FILE, "utf8").matchAll(/^ARG \w+_IMAGE=(\S+)$/gm)].map(([, image]) => image);
  expect(images).toHaveLength(2);
  for (const image of images) expect(image).toMatch(/:(\d+\.\d+\.\d+[\w.-]*|nonroot)$|@sha256:[0-9a-f]{64}$/);
  const bases = [...stages.values()].flat().filter(({ name }) => name === "FROM");
  for (const { text } of bases) expect(text).toMatch(/^(--platform=\S+ )?\$\{\w+_IMAGE\} AS \w+$/);
});
