import { Duration } from "aws-cdk-lib";
import {
  Capability,
  type ContainerDefinition,
  type ContainerDefinitionOptions,
  type ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
} from "aws-cdk-lib/aws-ecs";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";
import { containerWorkload } from "./container-workload.js";
import { serviceLogGroup } from "./service-log-group.js";
import type { StageSettings } from "./stage-settings.js";
import type { Workload } from "./workload.js";

export interface TaskProps {
  settings: StageSettings;
  image: ContainerImage;
  cpu: number;
  memoryMiB: number;
  container?: Partial<ContainerDefinitionOptions>;
}

/** A Fargate task of one container that is no root, writes to /tmp alone and gets no capability of the kernel. */
export class Task extends Construct {
  readonly definition: FargateTaskDefinition;
  readonly container: ContainerDefinition;

  constructor(scope: Construct, id: string, { settings, image, cpu, memoryMiB, container }: TaskProps) {
    super(scope, id);
    this.definition = new FargateTaskDefinition(this, "Definition", {
      cpu,
      memoryLimitMiB: memoryMiB,
      runtimePlatform: {
        operatingSystemFamily: OperatingSystemFamily.LINUX,
        cpuArchitecture: settings.architecture === "arm64" ? CpuArchitecture.ARM64 : CpuArchitecture.X86_64,
      },
      volumes: [{ name: "scratch" }],
    });
    const linuxParameters = new LinuxParameters(this, "Kernel");
    linuxParameters.dropCapabilities(Capability.ALL);
    this.container = this.definition.addContainer("Container", {
      image,
      linuxParameters,
      readonlyRootFilesystem: true,
      user: "65532:65532",
      // Fargate waits this long after SIGTERM.
      stopTimeout: Duration.seconds(30),
      logging: LogDrivers.awsLogs({ logGroup: serviceLogGroup(this, "Log", settings), streamPrefix: id }),
      ...container,
    });
    this.container.addMountPoints({ sourceVolume: "scratch", containerPath: "/tmp", readOnly: false });
    this.#acknowledge();
  }

  /** The container and its role, to give them what they may use. */
  get workload(): Workload {
    return containerWorkload(this.definition, this.container);
  }

  #acknowledge(): void {
    acknowledge(this.definition, "AwsSolutions-ECS2", "The variables are names and numbers; none is a secret.");
    acknowledge(
      this.definition.obtainExecutionRole(),
      "AwsSolutions-IAM5[Resource::*]",
      "ecr:GetAuthorizationToken knows no resource.",
    );
  }
}
