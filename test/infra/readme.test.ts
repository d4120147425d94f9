import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { CPU_A_PREDICTION } from "../../infra/src/load-assumptions.js";
import { KINDS, synthesise } from "./synthesised-stage.js";

const readme = readFileSync("infra/README.md", "utf8");

/** The commands that need no account; what one prints may stand in a block behind it. */
const shown = [...readme.matchAll(/^```sh\n(.*)\n```(?:\n\n```text\n([\s\S]*?)\n```)?$/gm)].map(
  ([, command, output]) => ({
    command: command ?? "",
    output,
  }),
);

/** All other commands: those need AWS, GitHub or Docker. */
const withAccount = [...readme.matchAll(/^ {4}(\S.*)$/gm)].map(([, command]) => command ?? "");

test("shows the commands that need no account as such, and no other", () => {
  expect(shown.map(({ command }) => command)).toEqual([
    "npm run synth -- --stage lean",
    "npm run simulate",
    "npm run cost",
  ]);
  const needsOne =
    /^(export |# |TABLE=|[A-Z_]+=\S+ |"domain"|(aws|gh|docker) |npm exec -w infra -- cdk |npm run (diff|deploy|destroy|keys) )/;
  expect(withAccount.length).toBeGreaterThan(30);
  for (const command of withAccount) expect(command).toMatch(needsOne);
});

test.each(shown.filter(({ output }) => output !== undefined))(
  "$command prints what is shown",
  ({ command, output }) => {
    const [, , name] = command.split(" ");
    expect(execFileSync(process.execPath, [`infra/dist/${name}.js`], { encoding: "utf8" })).toBe(`${output}\n`);
  },
);

test("the picture of the loads is what the simulation draws now", () => {
  const file = join(mkdtempSync(join(tmpdir(), "sentiloop-picture-")), "load.svg");
  execFileSync(process.execPath, ["infra/dist/simulate.js", "--picture", file], { stdio: "ignore" });
  expect(readFileSync(file, "utf8")).toBe(readFileSync("infra/images/load.svg", "utf8"));
});

test("the load is computed with about the CPU time that the main README measured", () => {
  const row = /^\| predict, whole path, all processes +\| +\d+ +\| +(\d+\.\d+) /m.exec(
    readFileSync("README.md", "utf8"),
  );
  const measured = Number(row?.[1]) / 1000;
  expect(Math.abs(measured / CPU_A_PREDICTION - 1)).toBeLessThan(0.25);
});

test("words in capitals are outputs of the stacks, or explained where they stand", () => {
  const { templates } = synthesise("one", { ...KINDS.standard, delivery: { repository: "a/b" } });
  const outputs = Object.values(templates).flatMap((template) => Object.keys(template.findOutputs("*")));
  const names = outputs.map((name) => name.toUpperCase());
  const explained = /^(AWS|STAGE|TABLE|KEY|CERTIFICATE|VERSION|ID|SUB|BACKUP|OWNER|REPOSITORY|EXPORT)$/;
  const ofTheTools = /^(COUNT|DNS|ENABLED|FARGATE|PUT)$/;
  const used = withAccount.flatMap((command) => command.match(/(?<![\w$-])[A-Z]{2,}(?![\w=-])/g) ?? []);
  expect(used.filter((word) => !names.includes(word) && !explained.test(word) && !ofTheTools.test(word))).toEqual([]);
});
