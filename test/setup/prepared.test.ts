import { spawn } from "node:child_process";
import { once } from "node:events";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ScratchClone } from "./scratch-clone.js";

const INSTALLED = "Installing the packages of package-lock.json (npm ci)… ";
const COMPILED = "Compiled inference, api and infra";

let clone: ScratchClone;

beforeEach(async () => {
  clone = await ScratchClone.create();
});

afterEach(() => clone.remove());

describe("a fresh clone", () => {
  test("is installed and built, then runs the program with its arguments", async () => {
    const { code, stdout, stderr } = await clone.run(["api/dist/local.js", "--data", "a b.csv"]);
    expect(JSON.parse(stdout)).toEqual([join(clone.root, "api/dist/local.js"), "--data", "a b.csv"]);
    expect(stderr).toContain(INSTALLED);
    expect(stderr).toContain(COMPILED);
    expect(code).toBe(0);
  });

  test("keeps quiet when there is nothing left to do", async () => {
    await clone.run();
    expect((await clone.run([])).stderr).toBe("");
    expect(await clone.compilerCalls()).toEqual(["start", "end"]);
  });

  test("gets development packages in a production environment, too", async () => {
    const environment = { NODE_ENV: "production", npm_config_omit: "dev" };
    const lock = (await clone.read("package-lock.json")).replaceAll('"dependencies"', '"devDependencies"');
    await clone.write("package-lock.json", lock);
    await clone.write("package.json", (await clone.read("package.json")).replace("dependencies", "devDependencies"));
    expect(await clone.run(undefined, environment)).toMatchObject({ code: 0 });
  });

  test("runs a program in TypeScript as it is", async () => {
    await clone.run();
    await symlink(join(process.cwd(), "node_modules/tsx"), join(clone.root, "node_modules/tsx"));
    await clone.write("bench.ts", "const words: string[] = process.argv.slice(2);\nconsole.log(words.join());\n");
    expect((await clone.run(["bench.ts", "x", "y"])).stdout).toBe("x,y\n");
  });

  test("names the version it needs to an old Node", async () => {
    const pretend = "Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.4'}})";
    const { code, stderr } = await clone.run([], { NODE_OPTIONS: `--import "data:text/javascript,${pretend}"` });
    expect(stderr).toContain("Sentiloop needs Node 20.19 or newer; this is Node 18.20.4.");
    expect(code).toBe(1);
  });
});

describe("the packages", () => {
  test("are installed again for another version of Node", async () => {
    await clone.run();
    await clone.pretendOtherNode();
    expect((await clone.run()).stderr).toContain(INSTALLED);
  });

  test("are installed again when package-lock.json changes", async () => {
    await clone.run();
    await clone.raiseVersions();
    expect((await clone.run()).stderr).toContain(INSTALLED);
  });

  test("are left as they are when somebody installed them by hand", async () => {
    await once(spawn("npm", ["ci"], { cwd: clone.root, stdio: "ignore" }), "close");
    expect((await clone.run()).stderr).not.toContain(INSTALLED);
  });

  test("are installed again after an installation that was broken off", async () => {
    await clone.run();
    await clone.pretendOtherNode();
    // An npm that empties node_modules and then never gets on.
    await clone.write("bin/npm", "#!/bin/sh\nrm -rf node_modules/* && touch emptied && exec sleep 1000\n", 0o755);
    const program = clone.start([], { PATH: `${clone.root}/bin:${process.env.PATH}` });
    await clone.appears("emptied");
    program.kill("SIGINT");
    expect((await program.ended).code).toBe(130);
    expect(await clone.run()).toMatchObject({ code: 0, stderr: expect.stringContaining(INSTALLED) });
  });
});

describe("the build", () => {
  test("is done again when a source changes, but not for a text that only people read", async () => {
    await clone.run();
    await clone.write("api/README.md", "Read me.");
    expect((await clone.run()).stderr).toBe("");
    await clone.write("api/src/local.ts", 'console.log("changed");');
    expect((await clone.run()).stdout).toBe("changed\n");
  });

  test("is done again when an output was deleted", async () => {
    await clone.run();
    await clone.delete("api/dist/local.js");
    expect(await clone.run()).toMatchObject({ code: 0 });
  });

  test("leaves no output of a source that was deleted", async () => {
    await clone.write("api/src/old.ts", "");
    await clone.run();
    expect(clone.has("api/dist/old.js")).toBe(true);
    await clone.delete("api/src/old.ts");
    await clone.run();
    expect(clone.has("api/dist/old.js")).toBe(false);
  });

  test("is done again for sources that were built before, when another was broken off since", async () => {
    await clone.run();
    const built = await clone.read("api/src/local.ts");
    await clone.write("api/src/local.ts", "BROKEN");
    await clone.run();
    await clone.write("api/src/local.ts", built);
    await clone.run();
    expect(await clone.compilerCalls()).toEqual(["start", "end", "start", "start", "end"]);
  });

  test("shows a tool's own words when it fails, runs nothing, and is tried again", async () => {
    await clone.run();
    await clone.write("api/src/local.ts", "BROKEN");
    for (const _ of ["first", "second"]) {
      const { code, stdout, stderr } = await clone.run();
      expect(stderr).toContain("api/src/local.ts(1,1): this is broken");
      expect(stderr).not.toContain("    at ");
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    }
  });
});

describe("a signal", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s stops the tools and ends with %i", async (signal, code) => {
    await clone.write("api/src/local.ts", "ENDLESS");
    const program = clone.start([]);
    await clone.compilerStarted(1);
    program.kill(signal);
    expect(await program.ended).toMatchObject({ code });
    await clone.write("api/src/local.ts", 'console.log("recovered");');
    expect((await clone.run()).stdout).toBe("recovered\n");
  });

  test("reaches the program itself once it runs", async () => {
    await clone.write(
      "api/src/local.ts",
      `import { writeFileSync } from "node:fs";
      process.on("SIGTERM", () => process.exit(7));
      setInterval(() => {}, 1000);
      writeFileSync("up", "");`,
    );
    const program = clone.start(["api/dist/local.js"]);
    await clone.appears("up");
    program.kill("SIGTERM");
    expect(await program.ended).toMatchObject({ code: 7 });
  });

  test("ends a program that does not listen for it", async () => {
    await clone.write(
      "api/src/local.ts",
      `import { writeFileSync } from "node:fs";
      setInterval(() => {}, 1000);
      writeFileSync("up", "");`,
    );
    const program = clone.start(["api/dist/local.js"]);
    await clone.appears("up");
    program.kill("SIGTERM");
    expect(await program.ended).toMatchObject({ code: "SIGTERM" });
  });
});

describe("two set-ups at the same time", () => {
  test("do the work once", async () => {
    const both = await Promise.all([clone.run(), clone.run()]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(await clone.compilerCalls()).toEqual(["start", "end"]);
  });

  test("do not meet even when the first was killed and its tool lives on", async () => {
    await clone.write("api/src/local.ts", "// SLOW");
    const first = clone.start([]);
    await clone.compilerStarted(1);
    first.kill("SIGKILL");
    expect(await clone.run()).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("Waiting for another process"),
    });
    expect(await clone.compilerCalls()).toEqual(["start", "end", "start", "end"]);
  });
});
