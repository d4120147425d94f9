import { join } from "node:path";
import { Stack, type StackProps } from "aws-cdk-lib";
import { Repository } from "aws-cdk-lib/aws-ecr";
import { Platform } from "aws-cdk-lib/aws-ecr-assets";
import { Cluster, ContainerImage, ContainerInsights } from "aws-cdk-lib/aws-ecs";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";
import type { ImageSource } from "./artefacts.js";
import type { DataStack } from "./data-stack.js";
import { InferenceService } from "./inference-service.js";
import { Network } from "./network.js";
import type { StageSettings } from "./stage-settings.js";
import { TrainingTask } from "./training-task.js";

export interface InferenceStackProps extends StackProps {
  settings: StageSettings;
  data: DataStack;
  image: ImageSource;
  /** A folder with images that are built already. */
  images: string | undefined;
}

/** The network, the service that classifies, and the task that trains: what a standard stage has and a lean one has not. */
export class InferenceStack extends Stack {
  readonly network: Network;
  readonly inference: InferenceService;

  constructor(scope: Construct, id: string, { settings, data, image, images, ...props }: InferenceStackProps) {
    super(scope, id, props);
    this.network = new Network(this, "Network", { logs: data.logs });
    const cluster = new Cluster(this, "Cluster", {
      vpc: this.network.vpc,
      containerInsightsV2: ContainerInsights.DISABLED,
    });
    acknowledge(
      cluster,
      "AwsSolutions-ECS4",
      "The load balancer's and the service's own metrics are enough, and free.",
    );
    const imageFor = (target: string) =>
      images === undefined
        ? imageOf(image, target, settings)
        : ContainerImage.fromTarball(join(images, `${target}.tar`));
    this.inference = new InferenceService(this, "Inference", {
      settings,
      network: this.network,
      cluster,
      image: settings.inference.image ? imageByDigest(this, settings.inference.image) : imageFor("serve"),
      models: data.models,
    });
    this.inference.logTo(data.logs);
    new TrainingTask(this, "Training", {
      settings,
      network: this.network,
      cluster,
      image: imageFor("train"),
      data,
    });
  }
}

/** An image that was pushed before. One of ECR may be pulled only by who is granted it. */
function imageByDigest(scope: Construct, name: string): ContainerImage {
  const [, account, region, resourceName, digest] =
    /^(\d{12})\.dkr\.ecr\.([\w-]+)\.[\w.]+\/(.+)@(sha256:\w+)$/.exec(name) ?? [];
  if (resourceName === undefined) return ContainerImage.fromRegistry(name);
  const repositoryArn = Stack.of(scope).formatArn({
    service: "ecr",
    resource: "repository",
    region,
    account,
    resourceName,
  });
  const repository = Repository.fromRepositoryAttributes(scope, "Repository", {
    repositoryArn,
    repositoryName: resourceName,
  });
  return ContainerImage.fromEcrRepository(repository, digest);
}

function imageOf({ folder, dockerfile, files }: ImageSource, target: string, { architecture }: StageSettings) {
  return ContainerImage.fromAsset(folder, {
    file: dockerfile,
    target,
    platform: architecture === "arm64" ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64,
    exclude: ["**", ...files.map((path) => `!${path}`)],
  });
}
