import { RemovalPolicy } from "aws-cdk-lib";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { StageSettings } from "./stage-settings.js";

/** A log that is kept as long as the stage's settings say, and goes with its stack. */
export function serviceLogGroup(scope: Construct, id: string, { logRetentionDays }: StageSettings): LogGroup {
  // The numbers of RetentionDays are days.
  return new LogGroup(scope, id, {
    retention: logRetentionDays as RetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
