import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CelEngine, TemplateFile } from "@aws/cloudformation-validate";
import { afterAll, describe, expect, test } from "@jest/globals";
import { COMPLETE, KINDS, synthesise } from "./synthesised-stage.js";

/** What the CDK itself writes: a function waits for its role's policy, and so names its role twice. */
const ACCEPTED_WARNINGS = ["W3005"];

const engine = new CelEngine();

afterAll(() => engine.free());

describe.each([
  ["standard", KINDS.standard],
  ["lean", KINDS.lean],
  ["complete", COMPLETE],
])("CloudFormation's own rules find nothing wrong in a %s stage", (_kind, settings) => {
  const { assembly } = synthesise("rules", settings);

  test.each(assembly.stacks.map((stack) => [stack.stackName, stack.templateFullPath]))(
    "%s",
    (_name, file) => {
      const { diagnostics } = engine.validateStandard(new TemplateFile(file));
      const found = diagnostics.filter(({ severity, ruleId }) => {
        return severity !== "INFO" && severity !== "DEBUG" && !ACCEPTED_WARNINGS.includes(ruleId);
      });
      expect(found.map(({ severity, ruleId, message }) => `${severity} ${ruleId} ${message}`)).toEqual([]);
    },
    120_000,
  );
});

test("CloudFormation's own rules find a property that there is not", () => {
  const file = join(mkdtempSync(join(tmpdir(), "sentiloop-template-")), "template.json");
  writeFileSync(file, JSON.stringify({ Resources: { Files: { Type: "AWS::S3::Bucket", Properties: { Nmae: "x" } } } }));
  const { diagnostics } = engine.validateStandard(new TemplateFile(file));
  expect(diagnostics.map(({ severity }) => severity)).toContain("FATAL");
}, 120_000);
