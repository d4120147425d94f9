import { describe, expect, test } from "@jest/globals";
import { Match } from "aws-cdk-lib/assertions";
import { tableDefinitions, tableNames } from "../../api/src/dynamodb-tables.js";
import { KINDS, synthesise, templateOf } from "./synthesised-stage.js";

const STAGE = "tables";
const template = templateOf(synthesise(STAGE, KINDS.lean), "Data");
const definitions = tableDefinitions(tableNames(`sentiloop-${STAGE}-`));

describe("the tables", () => {
  test.each(definitions)(
    "have the keys and indexes that the api works with, and no others: $TableName",
    (definition) => {
      const { TableName, BillingMode, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = definition;
      template.hasResourceProperties("AWS::DynamoDB::GlobalTable", {
        TableName,
        BillingMode,
        KeySchema,
        AttributeDefinitions,
        GlobalSecondaryIndexes: GlobalSecondaryIndexes ?? Match.absent(),
      });
    },
  );

  test("are those of the api, none is missing and none is left over", () => {
    template.resourceCountIs("AWS::DynamoDB::GlobalTable", definitions.length);
  });

  test("outlive the stack and can be taken back to any second", () => {
    template.allResources("AWS::DynamoDB::GlobalTable", {
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: {
        SSESpecification: { SSEEnabled: true },
        Replicas: [
          { DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
        ],
      },
    });
  });

  test("forget operations once they have expired, and no prediction ever", () => {
    template.hasResourceProperties("AWS::DynamoDB::GlobalTable", {
      TableName: `sentiloop-${STAGE}-operations`,
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    });
    template.hasResourceProperties("AWS::DynamoDB::GlobalTable", {
      TableName: `sentiloop-${STAGE}-predictions`,
      TimeToLiveSpecification: Match.absent(),
    });
  });

  // Another logical id is another table to CloudFormation: it would make an empty one and leave the old one behind.
  test("and everything else that keeps something have the logical ids that they were first deployed with", () => {
    const kinds = ["AWS::DynamoDB::GlobalTable", "AWS::S3::Bucket"];
    const ids = kinds.flatMap((kind) => Object.keys(template.findResources(kind))).sort();
    expect(ids).toEqual([
      "Exports25637AFB",
      "Logs6819BB44",
      "ModelsC55D3500",
      "TablesOperations2081F30E",
      "TablesPredictions2A11ED16",
    ]);
    const identity = templateOf(synthesise(STAGE, KINDS.lean), "Identity");
    expect(Object.keys(identity.findResources("AWS::Cognito::UserPool"))).toEqual(["PeopleE38C8D03"]);
  });
});
