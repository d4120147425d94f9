import { describe, expect, test } from "@jest/globals";
import { COMPLETE, KINDS, synthesise } from "./synthesised-stage.js";

const STAGES: [string, object][] = [...Object.entries(KINDS), ["complete", COMPLETE]];

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
}

/** Every policy statement of a template, with the logical id of what it belongs to. */
function statements(template: { toJSON(): Record<string, unknown> }): [string, Statement][] {
  const resources = (template.toJSON().Resources ?? {}) as Record<string, { Properties?: Record<string, unknown> }>;
  return Object.entries(resources).flatMap(([id, { Properties }]) =>
    statementsIn(Properties).map((statement): [string, Statement] => [id, statement]),
  );
}

function statementsIn(value: unknown): Statement[] {
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  if (typeof value !== "object" || value === null) return [];
  if ("Effect" in value && "Action" in value) return [value as Statement];
  return Object.values(value).flatMap(statementsIn);
}

describe.each(STAGES)("a %s stage", (_, settings) => {
  test("has no finding of the AwsSolutions rules that is not acknowledged with a reason", () => {
    expect(() => synthesise("rules", settings, { nag: true })).not.toThrow();
  }, 120_000);

  const stage = synthesise("rules", settings);
  const all = Object.values(stage.templates).flatMap(statements);
  // The CDK's own helpers, which run during deployments only, allow themselves more.
  const ours = all.filter(([id, { Effect, ...statement }]) => {
    return Effect === "Allow" && !id.startsWith("Custom") && !JSON.stringify(statement).includes("CustomS3AutoDelete");
  });

  test("allows no action by a wildcard", () => {
    const wildcards = ours.filter(([, { Action }]) => [Action].flat().some((action) => action.includes("*")));
    expect(ours.length).toBeGreaterThan(5);
    expect(wildcards).toEqual([]);
  });

  test("allows actions on everything only where AWS knows no resource for them", () => {
    const everywhere = ours.filter(([, { Resource }]) => Resource === "*").flatMap(([, { Action }]) => Action);
    const knownToNeedIt = /^(ec2:\w+|ecr:GetAuthorizationToken|dynamodb:ListStreams|sts:AssumeRole)$/;
    expect(everywhere.filter((action) => !knownToNeedIt.test(action))).toEqual([]);
  });

  test("has no secret among its variables", () => {
    const text = JSON.stringify(Object.values(stage.templates).map((template) => template.toJSON()));
    const names = [...text.matchAll(/"(?:Name":"|)(\w*(?:SECRET|PASSWORD|ACCESS_TOKEN|PRIVATE_KEY)\w*)"/g)].map(
      ([, name]) => name,
    );
    expect(names).toEqual([]);
  });
});

test("a finding that nobody acknowledged fails the synthesis", () => {
  expect(() => synthesise("rules", KINDS.lean, { nag: true, openBucket: true })).toThrow(/AwsSolutions-S/);
}, 120_000);
