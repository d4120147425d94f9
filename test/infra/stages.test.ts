import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { Match } from "aws-cdk-lib/assertions";
import { EXPORT_LIFETIME } from "../../api/src/export-service.js";
import { ASSUMPTIONS } from "../../infra/src/monthly-cost.js";
import { KINDS, type StageKind, type SynthesisedStage, synthesise, templateOf } from "./synthesised-stage.js";

const readme = readFileSync("infra/README.md", "utf8");
const DAY = 24 * 3600 * 1000;
const KIND_NAMES = Object.keys(KINDS) as StageKind[];

const stages = { standard: synthesise("one", KINDS.standard), lean: synthesise("one", KINDS.lean) };

const textOf = (kind: StageKind) =>
  JSON.stringify(Object.entries(stages[kind].templates).map(([name, template]) => [name, template.toJSON()]));

/** Properties that name something within an account, or in the whole world. */
const NAMES =
  /^(Alarm|Application|Bucket|Budget|Cluster|Dashboard|DeploymentGroup|Function|LogGroup|Queue|Role|Service|Table|Topic|UserPool)Name$|^(Domain|Family)$/;

function givenNames({ templates }: SynthesisedStage): string[] {
  const resources = Object.values(templates).flatMap((template) => Object.values(template.toJSON().Resources ?? {}));
  return resources.flatMap((resource) => {
    const { Type, Properties = {} } = resource as { Type: string; Properties?: Record<string, unknown> };
    // These say by its name what they are about.
    if (/Permission|EventSourceMapping|CustomResource|VPCEndpoint/.test(Type)) return [];
    const config = Object.entries(Properties).find(([name]) => /(Policy|Control)Config$/.test(name))?.[1];
    const inner = typeof config === "object" && config !== null && "Name" in config ? [config.Name] : [];
    const own = Object.entries(Properties).filter(
      ([name]) => NAMES.test(name) || (name === "Name" && /CloudFront/.test(Type)),
    );
    return [...own.map(([, value]) => value), ...inner].filter(isWritten).map((name) => JSON.stringify(name));
  });
}

/** Whether a name was written down; what only refers to something has the name that AWS made up. */
function isWritten(name: unknown): boolean {
  return typeof name === "string" || (typeof name === "object" && name !== null && "Fn::Join" in name);
}

describe.each(KIND_NAMES)("a %s stage", (kind) => {
  const stage = stages[kind];

  test("is the same whenever it is synthesised from the same sources", () => {
    const again = synthesise("one", KINDS[kind]);
    for (const [name, template] of Object.entries(again.templates))
      expect(template.toJSON()).toEqual(templateOf(stage, name).toJSON());
  });

  test("names no account and no region", () => {
    const text = textOf(kind).replace(/[0-9a-f]{64}/g, "");
    expect(text.match(/\b\d{12}\b/g) ?? []).toEqual([]);
    expect(text.match(/\b(us|eu|ap|sa|ca|me|af)-(north|south|east|west|central)\w*-\d\b/g) ?? []).toEqual([]);
  });

  test("gives nothing a name that another stage has in the same account", () => {
    const other = new Set(givenNames(synthesise("two", KINDS[kind])));
    const names = givenNames(stage);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => other.has(name))).toEqual([]);
  });

  test("closes every bucket to the public, encrypts it, and asks for TLS", () => {
    for (const template of Object.values(stage.templates)) {
      const buckets = Object.keys(template.findResources("AWS::S3::Bucket")).length;
      template.resourceCountIs("AWS::S3::BucketPolicy", buckets);
      if (buckets === 0) continue;
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
      template.allResourcesProperties("AWS::S3::BucketPolicy", {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
          ]),
        },
      });
    }
  });

  test("keeps exports as long as the api's links to them live", () => {
    const rules = Object.values(templateOf(stage, "Data").findResources("AWS::S3::Bucket"))
      .flatMap(({ Properties }) => Properties.LifecycleConfiguration.Rules)
      .filter(({ ExpirationInDays }) => ExpirationInDays !== undefined);
    for (const { ExpirationInDays } of rules) expect(ExpirationInDays * DAY).toBeGreaterThanOrEqual(EXPORT_LIFETIME);
    expect(rules).not.toEqual([]);
  });

  test("forgets its logs after the time that its settings say", () => {
    const { templates } = synthesise("one", { ...KINDS[kind], logRetentionDays: 7 });
    const logs = Object.values(templates).flatMap((template) =>
      Object.values(template.findResources("AWS::Logs::LogGroup")),
    );
    expect(logs.length).toBeGreaterThan(2);
    expect(logs.map(({ Properties }) => Properties.RetentionInDays)).toEqual(logs.map(() => 7));
  });

  test("throttles requests, and reserves what the gateway may take of the account", () => {
    templateOf(stage, "Web").hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
      AccessLogSettings: { Format: Match.not(Match.stringLikeRegexp("identity|sourceIp|authorization")) },
    });
    templateOf(stage, "Api").hasResourceProperties("AWS::Lambda::Function", { ReservedConcurrentExecutions: 50 });
  });

  test("demands credentials of everybody, and trusts its own people's tokens", () => {
    templateOf(stage, "Api").hasResourceProperties("AWS::Lambda::Function", {
      Environment: {
        Variables: Match.objectLike({
          SENTILOOP_AUTH: "keys",
          SENTILOOP_OIDC_ISSUER: Match.anyValue(),
          SENTILOOP_OIDC_AUDIENCE: Match.anyValue(),
        }),
      },
    });
    templateOf(stage, "Web").hasResourceProperties("AWS::Cognito::UserPoolClient", {
      GenerateSecret: false,
      AllowedOAuthFlows: ["code"],
    });
  });

  test("calls somebody: every alarm tells the topic, which lets CloudWatch and the budget in", () => {
    const alarms = Object.values(stage.templates).flatMap((template) =>
      Object.values(template.findResources("AWS::CloudWatch::Alarm")),
    );
    const metrics = alarms.flatMap(({ Properties }) => Properties.Metrics ?? [{ MetricStat: Properties.MetricName }]);
    expect(metrics.filter(({ MetricStat }) => MetricStat)).toHaveLength(ASSUMPTIONS.alarmMetrics[kind]);
    for (const { Properties } of alarms) {
      expect(Properties.AlarmActions).toHaveLength(1);
      expect(Properties.OKActions).toEqual(Properties.AlarmActions);
      expect(readme).toContain(`| \`${/"(\w+)"\.$/.exec(Properties.AlarmDescription)?.[1]}\` |`);
    }
    templateOf(stage, "Operations").resourceCountIs("AWS::Budgets::Budget", 1);
    templateOf(stage, "Data").hasResourceProperties("AWS::SNS::TopicPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: "sns:Publish",
            Effect: "Allow",
            Principal: { Service: ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"] },
            Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
          }),
        ]),
      },
    });
  });

  test("sends alarms to the address that its settings name", () => {
    const { templates } = synthesise("one", { ...KINDS[kind], alarmEmail: "operators@example.com" });
    templates.Data?.hasResourceProperties("AWS::SNS::Subscription", {
      Protocol: "email",
      Endpoint: "operators@example.com",
    });
  });

  test("has every stack, and what is in it, tagged with its name, for the bill", () => {
    expect(stage.assembly.stacks.map(({ tags }) => tags)).toEqual(
      stage.assembly.stacks.map(() => ({ "sentiloop:stage": "one" })),
    );
  });

  test("keeps assets with a hash in their names for a year, and index.html not at all", () => {
    const uploads = Object.values(templateOf(stage, "Web").findResources("Custom::CDKBucketDeployment"));
    const rules = uploads.map(({ Properties }) => [Properties.Include, Properties.SystemMetadata["cache-control"]]);
    expect(rules).toEqual(
      expect.arrayContaining([
        [["assets/*"], "public, max-age=31536000, immutable"],
        [undefined, "no-cache"],
      ]),
    );
  });

  test("uploads assets as they are: CloudFront compresses them", () => {
    const staged = readdirSync(stage.assembly.directory, { recursive: true, encoding: "utf8" });
    expect(staged.filter((file) => file.includes("index-1234"))).toEqual([expect.stringMatching(/index-1234\.js$/)]);
  });

  test("lets the data go only when it is told to", () => {
    const expendable = templateOf(synthesise("one", KINDS[kind], { expendable: true }), "Data");
    expendable.allResources("AWS::DynamoDB::GlobalTable", { DeletionPolicy: "Delete" });
    expendable.allResources("AWS::S3::Bucket", { DeletionPolicy: "Delete" });
    templateOf(stage, "Data").allResources("AWS::S3::Bucket", { DeletionPolicy: "Retain" });
  });
});
