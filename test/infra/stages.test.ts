import { describe, expect, test } from "@jest/globals";
import { Match } from "aws-cdk-lib/assertions";
import { EXPORT_LIFETIME } from "../../api/src/export-service.js";
import { KINDS, type StageKind, type SynthesisedStage, synthesise, templateOf } from "./synthesised-stage.js";

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

  test("calls somebody: every alarm tells the topic", () => {
    const operations = templateOf(stage, "Operations");
    const alarms = Object.values(operations.findResources("AWS::CloudWatch::Alarm"));
    expect(alarms.length).toBeGreaterThanOrEqual(8);
    for (const { Properties } of alarms) expect(Properties.AlarmActions).toHaveLength(1);
    operations.resourceCountIs("AWS::Budgets::Budget", 1);
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

  test("lets the data go only when it is told to", () => {
    const expendable = templateOf(synthesise("one", KINDS[kind], { expendable: true }), "Data");
    expendable.allResources("AWS::DynamoDB::GlobalTable", { DeletionPolicy: "Delete" });
    expendable.allResources("AWS::S3::Bucket", { DeletionPolicy: "Delete" });
    templateOf(stage, "Data").allResources("AWS::S3::Bucket", { DeletionPolicy: "Retain" });
  });
});

describe("a standard stage", () => {
  const inference = templateOf(stages.standard, "Inference");

  test("has no NAT gateway, and reaches DynamoDB and S3 by endpoints that cost nothing", () => {
    inference.resourceCountIs("AWS::EC2::NatGateway", 0);
    inference.resourcePropertiesCountIs("AWS::EC2::VPCEndpoint", { VpcEndpointType: "Gateway" }, 2);
    inference.resourcePropertiesCountIs("AWS::EC2::VPCEndpoint", { VpcEndpointType: "Interface" }, 0);
  });

  test("runs containers that are no root and write to /tmp alone", () => {
    inference.allResourcesProperties("AWS::ECS::TaskDefinition", {
      ContainerDefinitions: [
        Match.objectLike({
          ReadonlyRootFilesystem: true,
          User: "65532:65532",
          MountPoints: [{ ContainerPath: "/tmp", ReadOnly: false, SourceVolume: "scratch" }],
        }),
      ],
    });
  });

  test("lets nobody from outside reach the load balancer or a task", () => {
    inference.hasResourceProperties("AWS::ElasticLoadBalancingV2::LoadBalancer", { Scheme: "internal" });
    const rules = Object.values(inference.findResources("AWS::EC2::SecurityGroupIngress"));
    for (const { Properties } of rules) expect(Properties.SourceSecurityGroupId).toBeDefined();
    const groups = Object.values(inference.findResources("AWS::EC2::SecurityGroup"));
    for (const { Properties } of groups) expect(Properties.SecurityGroupIngress).toBeUndefined();
  });

  test("takes a task for healthy when it is ready, rolls a bad release back, and scales from one to three", () => {
    inference.hasResourceProperties("AWS::ElasticLoadBalancingV2::TargetGroup", { HealthCheckPath: "/readyz" });
    inference.hasResourceProperties("AWS::ECS::Service", {
      DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
    });
    inference.hasResourceProperties("AWS::ApplicationAutoScaling::ScalableTarget", { MinCapacity: 1, MaxCapacity: 3 });
    inference.resourceCountIs("AWS::ApplicationAutoScaling::ScalingPolicy", 2);
  });

  test("scales within the bounds of its settings", () => {
    const { templates } = synthesise("one", { ...KINDS.standard, inference: { minTasks: 2, maxTasks: 8 } });
    templates.Inference?.hasResourceProperties("AWS::ApplicationAutoScaling::ScalableTarget", {
      MinCapacity: 2,
      MaxCapacity: 8,
    });
  });

  test("has the gateway in its network, and lets a release answer a tenth of the requests first", () => {
    const api = templateOf(stages.standard, "Api");
    api.hasResourceProperties("AWS::Lambda::Function", {
      VpcConfig: Match.objectLike({ SubnetIds: Match.anyValue() }),
      Environment: { Variables: Match.objectLike({ SENTILOOP_OIDC_KEYS: Match.anyValue() }) },
    });
    api.hasResourceProperties("AWS::CodeDeploy::DeploymentGroup", {
      DeploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
      AutoRollbackConfiguration: { Enabled: true },
    });
  });
});

describe("a lean stage", () => {
  test("has no network, no load balancer and no container", () => {
    expect(stages.lean.templates.Inference).toBeUndefined();
    expect(textOf("lean")).not.toMatch(/AWS::EC2::|AWS::ElasticLoadBalancingV2::|AWS::ECS::/);
  });

  test("runs the inference service beside the gateway", () => {
    const api = templateOf(stages.lean, "Api");
    api.resourceCountIs("AWS::Lambda::LayerVersion", 1);
    api.hasResourceProperties("AWS::Lambda::Function", {
      Layers: Match.anyValue(),
      VpcConfig: Match.absent(),
      Environment: {
        Variables: Match.objectLike({
          SENTILOOP_INFERENCE: "http://127.0.0.1:4001",
          SENTILOOP_MODELS_BUCKET: Match.anyValue(),
        }),
      },
    });
  });
});

describe("the one address of a stage", () => {
  const web = templateOf(stages.lean, "Web");
  const paths = ["/graphql", "/schema.graphql", "/config.json", "/exports/*", "/livez", "/readyz"];

  test("serves the page from its bucket, by signed requests of CloudFront alone", () => {
    web.hasResourceProperties("AWS::CloudFront::OriginAccessControl", {
      OriginAccessControlConfig: { OriginAccessControlOriginType: "s3", SigningBehavior: "always" },
    });
    web.hasResourceProperties("AWS::CloudFront::Distribution", {
      DistributionConfig: {
        DefaultRootObject: "index.html",
        DefaultCacheBehavior: { ViewerProtocolPolicy: "redirect-to-https", FunctionAssociations: [Match.anyValue()] },
      },
    });
  });

  test.each(paths)("asks the gateway for %s, over HTTPS, and keeps no answer", (path) => {
    // The managed policy "CachingDisabled".
    const uncached = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
    web.hasResourceProperties("AWS::CloudFront::Distribution", {
      DistributionConfig: {
        CacheBehaviors: Match.arrayWith([
          Match.objectLike({ PathPattern: path, ViewerProtocolPolicy: "https-only", CachePolicyId: uncached }),
        ]),
      },
    });
    templateOf(stages.lean, "Api").hasResourceProperties("AWS::ApiGatewayV2::Route", {
      RouteKey: `GET ${path.replace("*", "{proxy+}")}`,
    });
  });

  test("lets the page ask nobody but itself and those who sign people in", () => {
    const [policy] = Object.values(web.findResources("AWS::CloudFront::ResponseHeadersPolicy"));
    const csp =
      policy?.Properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy;
    const text = csp["Fn::Join"][1].map((part: unknown) => (typeof part === "string" ? part : "*")).join("");
    const asked = /connect-src ([^;]*);/.exec(text)?.[1];
    expect(asked).toMatch(/^'self' https:\/\/cognito-idp\.\*\.\* https:\/\/\*\.auth\.\*\.amazoncognito\.com$/);
  });
});
