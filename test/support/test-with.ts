import { spawnSync } from "node:child_process";
import { test } from "@jest/globals";

/** The `test` for what needs a command: a machine without it shows that it was not tried. */
export function testWith(command: string): (name: string, run: () => Promise<void>) => void {
  return spawnSync(command, ["--version"]).status === 0 ? test : test.skip;
}
