import { expect, test } from "@jest/globals";
import { Match } from "aws-cdk-lib/assertions";
import { DELIVERED, KINDS, synthesise, templateOf } from "./synthesised-stage.js";

const GITHUB = "token.actions.githubusercontent.com";
const PROVIDER = `arn:aws:iam::111122223333:oidc-provider/${GITHUB}`;

const template = templateOf(synthesise("one", DELIVERED), "Delivery");

function trustOf(settings: object): unknown {
  const roles = templateOf(synthesise("one", settings), "Delivery").findResources("AWS::IAM::Role");
  return Object.values(roles).map(({ Properties }) => Properties.AssumeRolePolicyDocument.Statement);
}

test("a stage that nobody said so of has no way in for GitHub", () => {
  expect(synthesise("one", KINDS.lean).delivery).toBeUndefined();
});

test("GitHub's workflows get in from one repository, one environment and one branch, and by no key", () => {
  expect(trustOf(DELIVERED)).toEqual([
    [
      {
        Action: "sts:AssumeRoleWithWebIdentity",
        Effect: "Allow",
        Principal: { Federated: { "Fn::GetAtt": ["GitHub", "Arn"] } },
        Condition: {
          StringEquals: {
            [`${GITHUB}:aud`]: "sts.amazonaws.com",
            [`${GITHUB}:sub`]: "repo:somebody/sentiloop:environment:one:ref:refs/heads/main",
          },
        },
      },
    ],
  ]);
  template.resourceCountIs("AWS::IAM::User", 0);
  template.resourceCountIs("AWS::IAM::AccessKey", 0);
});

test("they may take on the CDK's roles, and nothing else", () => {
  const policies = Object.values(template.findResources("AWS::IAM::Policy"));
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  expect(statements).toEqual([{ Action: "sts:AssumeRole", Effect: "Allow", Resource: expect.any(Array) }]);
  const roles = JSON.stringify(statements[0].Resource).match(/cdk-hnb659fds-[\w-]+?-role/g);
  expect(roles).toEqual(
    ["deploy", "file-publishing", "image-publishing", "lookup"].map((kind) => `cdk-hnb659fds-${kind}-role`),
  );
});

test("the provider of GitHub's tokens is made by one stage and named by the others, because an account has it once", () => {
  template.resourceCountIs("AWS::IAM::OIDCProvider", 1);
  const delivery = { ...DELIVERED.delivery, providerArn: PROVIDER };
  const second = templateOf(synthesise("two", { ...KINDS.lean, delivery }), "Delivery");
  second.resourceCountIs("AWS::IAM::OIDCProvider", 0);
  second.hasResourceProperties("AWS::IAM::Role", {
    AssumeRolePolicyDocument: Match.objectLike({
      Statement: [Match.objectLike({ Principal: { Federated: PROVIDER } })],
    }),
  });
});

test("the role's name is told, for the variable AWS_ROLE", () => {
  template.hasOutput("RoleArn", { Value: Match.anyValue() });
});
