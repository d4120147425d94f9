import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";

/** Runs every command of the runbook that needs no account, just as it stands there. */

const commands = [...readFileSync("infra/README.md", "utf8").matchAll(/^```sh\n(.*)\n```$/gm)].map(
  ([, command]) => command ?? "",
);

test.each(commands)(
  "%s",
  (command) => {
    expect(execFileSync("bash", ["-c", command], { encoding: "utf8" })).not.toBe("");
  },
  300_000,
);
