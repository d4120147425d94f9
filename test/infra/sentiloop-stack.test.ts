import { describe, expect, test } from "@jest/globals";
import { App } from "aws-cdk-lib";
import { Capture, Match, Template } from "aws-cdk-lib/assertions";
import { tableDefinitions, tableNames } from "../../api/src/dynamodb-tables.js";
import { EXPORT_LIFETIME } from "../../api/src/export-service.js";
import { SentiloopStack } from "../../infra/src/sentiloop-stack.js";

const PREFIX = "stage-";
const DAY = 24 * 3600 * 1000;

function synthesise(): Template {
  return Template.fromStack(new SentiloopStack(new App(), "Sentiloop", { tablePrefix: PREFIX }));
}

const template = synthesise();

describe("the tables", () => {
  test.each(tableDefinitions(tableNames(PREFIX)))(
    "have the keys and indexes that the api works with: $TableName",
    (definition) => {
      template.hasResourceProperties("AWS::DynamoDB::GlobalTable", definition);
    },
  );

  test("outlive the stack and can be taken back to any second", () => {
    template.allResources("AWS::DynamoDB::GlobalTable", {
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: {
        SSESpecification: { SSEEnabled: true },
        Replicas: [
          {
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          },
        ],
      },
    });
  });

  test("forget operations once they have expired, and no prediction ever", () => {
    template.hasResourceProperties("AWS::DynamoDB::GlobalTable", {
      TableName: `${PREFIX}operations`,
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    });
    template.hasResourceProperties("AWS::DynamoDB::GlobalTable", {
      TableName: `${PREFIX}predictions`,
      TimeToLiveSpecification: Match.absent(),
    });
  });
});

describe("the buckets", () => {
  test("are encrypted and closed to the public", () => {
    template.resourceCountIs("AWS::S3::Bucket", 2);
    template.allResourcesProperties("AWS::S3::Bucket", {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  test("refuse requests without encryption on the way", () => {
    template.resourceCountIs("AWS::S3::BucketPolicy", 2);
    template.allResourcesProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
        ]),
      },
    });
  });

  test("keep exports as long as the api's links to them live", () => {
    const days = new Capture();
    template.hasResourceProperties("AWS::S3::Bucket", {
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: days })] },
    });
    expect(days.asNumber() * DAY).toBeGreaterThanOrEqual(EXPORT_LIFETIME);
  });
});

describe("the web page", () => {
  test("comes from its bucket by signed requests of CloudFront alone, over HTTPS", () => {
    template.hasResourceProperties("AWS::CloudFront::OriginAccessControl", {
      OriginAccessControlConfig: { OriginAccessControlOriginType: "s3", SigningBehavior: "always" },
    });
    template.hasResourceProperties("AWS::CloudFront::Distribution", {
      DistributionConfig: {
        DefaultCacheBehavior: { ViewerProtocolPolicy: "redirect-to-https" },
        Origins: [{ OriginAccessControlId: Match.anyValue() }],
      },
    });
  });
});

test("the same sources give the same template", () => {
  expect(synthesise().toJSON()).toEqual(template.toJSON());
});
