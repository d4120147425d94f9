import { describe, expect, test } from "@jest/globals";
import { readExporterConfig, readLambdaConfig, readTablesConfig } from "../../api/src/config.js";
import { KINDS, type StageKind, synthesise, templateOf } from "./synthesised-stage.js";

/** What AWS puts in for what a template refers to, as far as the variables of functions hold it. */
function resolved(value: unknown): string {
  if (typeof value === "string") return value;
  const [[name, operand] = []] = Object.entries(value as Record<string, unknown>);
  if (name === "Fn::Join") {
    const [separator, parts] = operand as [string, unknown[]];
    return parts.map(resolved).join(separator);
  }
  if (operand === "AWS::Region") return "eu-central-1";
  if (operand === "AWS::URLSuffix") return "amazonaws.com";
  if (JSON.stringify(value).includes("SignInKeys")) return JSON.stringify({ keys: [{ kty: "RSA" }] });
  return "something-that-aws-names";
}

function variablesOf(kind: StageKind, handler: string): Record<string, string> {
  const functions = templateOf(synthesise("one", KINDS[kind]), "Api").findResources("AWS::Lambda::Function", {
    Properties: { Handler: handler },
  });
  const [found] = Object.values(functions);
  return Object.fromEntries(
    Object.entries(found?.Properties.Environment.Variables as object).map(([name, value]) => [name, resolved(value)]),
  );
}

describe.each(Object.keys(KINDS) as StageKind[])("in a %s stage", (kind) => {
  test("the gateway's variables are what it takes, and /config.json can tell from them how people sign in", () => {
    expect(readLambdaConfig(variablesOf(kind, "lambda.handler"))).toMatchObject({
      dynamoDB: "aws",
      tablePrefix: "sentiloop-one-",
      exportBucket: "something-that-aws-names",
      requiresCredentials: true,
      openId: {
        issuer: "https://cognito-idp.eu-central-1.amazonaws.com/something-that-aws-names",
        audiences: ["something-that-aws-names"],
        clientId: "something-that-aws-names",
        scopePrefix: "sentiloop/",
      },
    });
  });

  test("the exporter's variables are what it takes", () => {
    expect(readExporterConfig(variablesOf(kind, "exporter-lambda.handler"))).toEqual({
      tablePrefix: "sentiloop-one-",
      dynamoDB: undefined,
      exportBucket: "something-that-aws-names",
      s3: undefined,
      logLevel: "info",
    });
  });
});

test("the recount's variables are what it takes", () => {
  expect(readTablesConfig(variablesOf("lean", "recount-lambda.handler"))).toEqual({
    tablePrefix: "sentiloop-one-",
    dynamoDB: undefined,
    logLevel: "info",
  });
});

test("the gateway of a standard stage is given the keys of those who sign in, because it cannot fetch them", () => {
  expect(readLambdaConfig(variablesOf("standard", "lambda.handler")).openId?.keys).toEqual({ keys: [{ kty: "RSA" }] });
  expect(readLambdaConfig(variablesOf("lean", "lambda.handler")).openId?.keys).toBeUndefined();
});
