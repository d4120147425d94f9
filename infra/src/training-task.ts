import { CfnOutput, Stack } from "aws-cdk-lib";
import { Peer, Port, SecurityGroup } from "aws-cdk-lib/aws-ec2";
import type { Cluster, ContainerImage } from "aws-cdk-lib/aws-ecs";
import { Construct } from "constructs";
import type { DataStack } from "./data-stack.js";
import type { Network } from "./network.js";
import type { StageSettings } from "./stage-settings.js";
import { Task } from "./task.js";

export interface TrainingTaskProps {
  settings: StageSettings;
  network: Network;
  cluster: Cluster;
  image: ContainerImage;
  data: DataStack;
}

// TensorFlow.js computes on one thread and takes 400 MB.
const CPU = 1024;
const MEMORY_MIB = 2048;

/** A task that is started by hand or by a schedule: it reads an export, trains, and publishes into the model bucket. */
export class TrainingTask extends Construct {
  constructor(scope: Construct, id: string, { settings, network, cluster, image, data }: TrainingTaskProps) {
    super(scope, id);
    const task = new Task(this, "Task", {
      settings,
      image,
      cpu: CPU,
      memoryMiB: MEMORY_MIB,
      container: { environment: { SENTILOOP_DATA: "/tmp/sentiloop" } },
    });
    data.exports.bindReader(task.workload);
    data.models.bindTo(task.workload);
    const group = new SecurityGroup(this, "SecurityGroup", {
      vpc: network.vpc,
      description: "The task that trains; nobody reaches it",
      allowAllOutbound: false,
    });
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "AWS's own services");
    // In the stack itself, whose outputs keep their names: the runbook calls them by these.
    const stack = Stack.of(this);
    new CfnOutput(stack, "ClusterName", { value: cluster.clusterName });
    new CfnOutput(stack, "TaskDefinitionFamily", { value: task.definition.family });
    new CfnOutput(stack, "SubnetIds", { value: network.vpc.publicSubnets.map(({ subnetId }) => subnetId).join(",") });
    new CfnOutput(stack, "SecurityGroupId", { value: group.securityGroupId });
  }
}
