import type { ContainerDefinition, TaskDefinition } from "aws-cdk-lib/aws-ecs";
import type { Workload } from "./workload.js";

/** A container as a workload: its variables, and the role of its task. */
export function containerWorkload(task: TaskDefinition, container: ContainerDefinition): Workload {
  return {
    grantPrincipal: task.taskRole,
    addEnvironment: (name, value) => container.addEnvironment(name, value),
  };
}
