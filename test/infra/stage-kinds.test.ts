import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Match } from "aws-cdk-lib/assertions";
import { KINDS, synthesise, templateOf } from "./synthesised-stage.js";

const stages = { standard: synthesise("one", KINDS.standard), lean: synthesise("one", KINDS.lean) };

describe("a standard stage", () => {
  const inference = templateOf(stages.standard, "Inference");

  test("has no NAT gateway, and reaches DynamoDB and S3 by endpoints that cost nothing", () => {
    inference.resourceCountIs("AWS::EC2::NatGateway", 0);
    inference.resourcePropertiesCountIs("AWS::EC2::VPCEndpoint", { VpcEndpointType: "Gateway" }, 2);
    inference.resourcePropertiesCountIs("AWS::EC2::VPCEndpoint", { VpcEndpointType: "Interface" }, 0);
  });

  test("runs containers that are no root, have no capability of the kernel and write to /tmp alone", () => {
    inference.allResourcesProperties("AWS::ECS::TaskDefinition", {
      ContainerDefinitions: [
        Match.objectLike({
          ReadonlyRootFilesystem: true,
          User: "65532:65532",
          LinuxParameters: { Capabilities: { Drop: ["ALL"] } },
          MountPoints: [{ ContainerPath: "/tmp", ReadOnly: false, SourceVolume: "scratch" }],
        }),
      ],
    });
  });

  test("lets AWS write the network's log and the load balancer's into the bucket of logs", () => {
    const [policy] = Object.entries(templateOf(stages.standard, "Data").findResources("AWS::S3::BucketPolicy")).filter(
      ([id]) => id.startsWith("Logs"),
    );
    const writers = JSON.stringify(policy).match(/(logging\.s3|delivery\.logs|logdelivery\.\w+)\.amazonaws\.com/g);
    expect(new Set(writers)).toEqual(
      new Set([
        "logging.s3.amazonaws.com",
        "delivery.logs.amazonaws.com",
        "logdelivery.elasticloadbalancing.amazonaws.com",
      ]),
    );
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
    // A release that set the number would take away what a busy hour needs.
    inference.hasResourceProperties("AWS::ECS::Service", { DesiredCount: Match.absent(), PropagateTags: "SERVICE" });
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

describe("the images of a standard stage", () => {
  const sourcesOf = ({ directory }: { directory: string }) => {
    const assets = JSON.parse(readFileSync(join(directory, "Sentiloop-one-Inference.assets.json"), "utf8"));
    return Object.values(assets.dockerImages as Record<string, { source: Record<string, unknown> }>).map(
      ({ source }) => source,
    );
  };

  test("are built when they are deployed, from one Dockerfile", () => {
    const sources = sourcesOf(stages.standard.assembly);
    expect(sources.map(({ dockerFile }) => dockerFile)).toEqual(["inference/Dockerfile", "inference/Dockerfile"]);
    expect(sources.map(({ dockerBuildTarget }) => dockerBuildTarget).sort()).toEqual(["serve", "train"]);
  });

  test("that are built already are part of what is synthesised, and are loaded wherever it is deployed", () => {
    const images = mkdtempSync(join(tmpdir(), "sentiloop-images-"));
    for (const name of ["serve.tar", "train.tar"]) writeFileSync(join(images, name), name);
    const sources = sourcesOf(synthesise("one", KINDS.standard, { images }).assembly);
    expect(sources).toHaveLength(2);
    for (const { executable } of sources) expect(String(executable)).toMatch(/docker load .*asset\.[0-9a-f]+\.tar$/);
  });
});

test("an image of ECR that is named by its digest may be pulled by who runs it", () => {
  const image = `111122223333.dkr.ecr.eu-central-1.amazonaws.com/some/repository@sha256:${"a".repeat(64)}`;
  const inference = templateOf(synthesise("one", { ...KINDS.standard, inference: { image } }), "Inference");
  expect(JSON.stringify(inference.toJSON())).toMatch(/some\/repository@sha256:a{64}/);
  inference.hasResourceProperties("AWS::IAM::Policy", {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: Match.arrayWith(["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]),
          Resource: {
            "Fn::Join": ["", Match.arrayWith([":ecr:eu-central-1:111122223333:repository/some/repository"])],
          },
        }),
      ]),
    },
  });
});

describe("a lean stage", () => {
  test("has no network, no load balancer and no container", () => {
    expect(stages.lean.templates.Inference).toBeUndefined();
    const text = JSON.stringify(Object.values(stages.lean.templates).map((template) => template.toJSON()));
    expect(text).not.toMatch(/AWS::EC2::|AWS::ElasticLoadBalancingV2::|AWS::ECS::/);
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
