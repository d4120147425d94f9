import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";

const REPOSITORY = process.cwd();
const FAKE_TOOLS = ["typescript", "@graphql-codegen/cli", "vite"];

/** How a program ended and what it printed. */
export interface Ended {
  /** The exit code, or the name of the signal that ended it. */
  code: number | string;
  stdout: string;
  stderr: string;
}

/**
 * A small repository with this one's `.ci`, whose tools are fakes that npm installs from inside it, without
 * any registry. Its program, api/src/local.ts, prints the arguments that it is given.
 */
export class ScratchClone {
  private readonly programs: RunningProgram[] = [];
  private readonly removed = new AbortController();

  private constructor(readonly root: string) {}

  static async create(): Promise<ScratchClone> {
    const clone = new ScratchClone(await realpath(await mkdtemp(join(tmpdir(), "sentiloop-clone-"))));
    await cp(join(REPOSITORY, ".ci"), join(clone.root, ".ci"), { recursive: true });
    await clone.write("api/src/local.ts", "console.log(JSON.stringify(process.argv.slice(1)));\n");
    await clone.write("webapp/index.html", "<p>Hello</p>\n");
    await clone.addFakeTools();
    return clone;
  }

  async write(file: string, content: string, mode = 0o644): Promise<void> {
    await mkdir(dirname(join(this.root, file)), { recursive: true });
    await writeFile(join(this.root, file), content, { mode });
  }

  read(file: string): Promise<string> {
    return readFile(join(this.root, file), "utf8");
  }

  has(file: string): boolean {
    return existsSync(join(this.root, file));
  }

  /** Waits until somebody has written a file. */
  async appears(file: string): Promise<void> {
    while (!this.has(file)) await this.shortPause();
  }

  delete(file: string): Promise<void> {
    return rm(join(this.root, file));
  }

  /** Makes the installation look like that of another version of Node. */
  pretendOtherNode(): Promise<void> {
    return this.write("node_modules/.sentiloop/install", JSON.stringify({ node: "18" }));
  }

  /** Gives everything another version, in package.json and in the lock file. */
  async raiseVersions(): Promise<void> {
    for (const file of ["package.json", "package-lock.json"]) {
      await this.write(file, (await this.read(file)).replaceAll("1.0.0", "1.0.1"));
    }
  }

  /** The words that the fake compiler noted, one for each start and end. */
  async compilerCalls(): Promise<string[]> {
    const log = await this.read("calls.log").catch(() => "");
    return log.split("\n").filter((line) => line !== "");
  }

  /** Waits until the fake compiler has been started a number of times in all. */
  async compilerStarted(times: number): Promise<void> {
    while ((await this.compilerCalls()).filter((word) => word === "start").length < times) await this.shortPause();
  }

  /** Starts `node .ci/prepared.mjs ARGS…` in the clone. */
  start(args: string[], environment: NodeJS.ProcessEnv = {}): RunningProgram {
    const program = new RunningProgram(this.root, [".ci/prepared.mjs", ...args], environment);
    this.programs.push(program);
    return program;
  }

  /** Runs `node .ci/prepared.mjs ARGS…` to its end; without arguments the clone's own program. */
  run(args = ["api/dist/local.js"], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return this.start(args, environment).ended;
  }

  /** Stops whatever a failed test left running, then deletes the clone. */
  async remove(): Promise<void> {
    this.removed.abort();
    for (const program of this.programs) program.kill("SIGTERM");
    await Promise.all(this.programs.map(({ ended }) => ended));
    await rm(this.root, { recursive: true, force: true });
  }

  private shortPause(): Promise<void> {
    return delay(10, undefined, { signal: this.removed.signal });
  }

  private async addFakeTools(): Promise<void> {
    const dependencies = Object.fromEntries(FAKE_TOOLS.map((name) => [name, `file:fake/${name}`]));
    const description = { name: "scratch", version: "1.0.0", type: "module", dependencies };
    const packages: Record<string, unknown> = { "": description };
    for (const name of FAKE_TOOLS) {
      packages[`fake/${name}`] = { name, version: "1.0.0" };
      packages[`node_modules/${name}`] = { resolved: `fake/${name}`, link: true };
      await this.write(`fake/${name}/package.json`, JSON.stringify({ name, version: "1.0.0" }));
    }
    await this.write("package.json", JSON.stringify(description));
    await this.write("package-lock.json", JSON.stringify({ ...description, lockfileVersion: 3, packages }));
    await cp(join(REPOSITORY, "test/setup/fake-compiler.cjs"), join(this.root, "fake/typescript/bin/tsc"));
    await this.write("fake/@graphql-codegen/cli/esm/bin.js", "");
    await this.write("fake/vite/bin/vite.js", "");
    await this.write(".ci/bundle-lambda.mjs", "");
  }
}

/** A program under way. */
export class RunningProgram {
  readonly ended: Promise<Ended>;
  private readonly child: ChildProcess;

  constructor(cwd: string, args: string[], environment: NodeJS.ProcessEnv) {
    const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...environment } });
    this.child = child;
    this.ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]).then(
      ([stdout, stderr, [code, signal]]) => ({ stdout, stderr, code: code ?? signal }),
    );
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
