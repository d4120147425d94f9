import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";

/** An instruction of a Dockerfile. */
export interface Instruction {
  name: string;
  text: string;
}

/** The stages of a Dockerfile by name, without comments. */
export function stagesOf(file: string): Map<string, Instruction[]> {
  const stages = new Map<string, Instruction[]>();
  let current: Instruction[] = [];
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const [, name, text = ""] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    if (name === "FROM") {
      current = [];
      stages.set(/ AS (\w+)$/.exec(text)?.[1] ?? text, current);
    }
    current.push({ name, text });
  }
  return stages;
}

export interface StepOptions {
  /** The folder that the build's files come from. */
  context: string;
  /** The folder that stands for the image's root. */
  root: string;
  /** Values of build arguments. */
  args: Record<string, string>;
}

/** Does what COPY and RUN of a stage say, in folders that stand for the image and its build context. */
export function runSteps(instructions: readonly Instruction[], { context, root, args }: StepOptions): void {
  let folder = root;
  for (const { name, text } of instructions) {
    if (name === "WORKDIR") folder = join(root, text);
    mkdirSync(folder, { recursive: true });
    if (name === "COPY") copy(text, { context, root, folder });
    if (name === "RUN") run(text, { root, folder, args });
  }
}

function copy(text: string, { context, root, folder }: { context: string; root: string; folder: string }): void {
  const words = text.split(" ");
  const from = words[0]?.startsWith("--from=") ? root : context;
  const paths = words.filter((word) => !word.startsWith("--"));
  const to = paths.pop() ?? "";
  for (const path of paths) {
    const source = join(from, path);
    const target = join(folder, to);
    const intoFolder = to.endsWith("/") && !statSync(source).isDirectory();
    cpSync(source, intoFolder ? join(target, basename(path)) : target, { recursive: true, filter: isNoOutput });
  }
}

/** A context that git made has no outputs of builds. */
function isNoOutput(path: string): boolean {
  return !/[/\\](dist|[^/\\]+\.tsbuildinfo)$/.test(path);
}

function run(text: string, { root, folder, args }: { root: string; folder: string; args: StepOptions["args"] }): void {
  const command = text
    .replace(/\$\{(\w+)\}/g, (_, name) => args[name] ?? "")
    .replace(/ \/app/g, ` ${join(root, "app")}`);
  execFileSync("/bin/sh", ["-c", command], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}
