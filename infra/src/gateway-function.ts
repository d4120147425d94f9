import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from "aws-cdk-lib/aws-codedeploy";
import { Alias, type ILayerVersion, type IVersion } from "aws-cdk-lib/aws-lambda";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";
import type { FunctionBundle } from "./artefacts.js";
import { type Place, ServiceFunction } from "./service-function.js";
import type { StageSettings } from "./stage-settings.js";
import type { Workload } from "./workload.js";

export interface GatewayFunctionProps {
  settings: StageSettings;
  bundle: FunctionBundle;
  /** The inference service, where it runs beside the gateway. */
  inferenceLayer?: ILayerVersion | undefined;
  place?: Place | undefined;
  /** Whom to tell when it fails. */
  alarms: ITopic;
}

// 1,769 MiB is one whole virtual CPU, which the network beside the gateway needs; the gateway alone waits most of the time.
const MEMORY_MIB = { standard: 1024, lean: 1769 };

const CODEDEPLOY_POLICY = "Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited";

/** CloudFront gives up after 30 seconds. */
const TIMEOUT = Duration.seconds(29);

/**
 * The function that answers GraphQL. A new release first answers a tenth of the requests of a standard stage; when it
 * fails, CodeDeploy takes it back by itself.
 */
export class GatewayFunction extends Construct {
  readonly function: ServiceFunction;
  readonly alias: Alias;

  constructor(scope: Construct, id: string, { settings, bundle, inferenceLayer, place, alarms }: GatewayFunctionProps) {
    super(scope, id);
    this.function = new ServiceFunction(this, "Function", {
      settings,
      bundle,
      memoryMiB: MEMORY_MIB[settings.kind],
      timeout: TIMEOUT,
      reservedConcurrentExecutions: settings.api.reservedConcurrency,
      // Whoever rolls back points the alias at an earlier one, so it has to be there.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      place,
      ...(inferenceLayer && { layers: [inferenceLayer] }),
    });
    this.alias = new Alias(this, "Live", { aliasName: "live", version: this.#version() });
    this.#deploySafely(settings, alarms);
  }

  get workload(): Workload {
    return this.function;
  }

  #version(): IVersion {
    return this.function.currentVersion;
  }

  #deploySafely({ kind }: StageSettings, alarms: ITopic): void {
    const failing = new Alarm(this, "ReleaseFails", {
      metric: this.alias.metricErrors({ period: Duration.minutes(1), statistic: "Sum" }),
      threshold: 2,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription:
        'The gateway fails. During a release CodeDeploy takes the release back. Runbook: infra/README.md, "ReleaseFails".',
    });
    failing.addAlarmAction(new SnsAction(alarms));
    failing.addOkAction(new SnsAction(alarms));
    const group = new LambdaDeploymentGroup(this, "Release", {
      alias: this.alias,
      deploymentConfig:
        kind === "standard" ? LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES : LambdaDeploymentConfig.ALL_AT_ONCE,
      alarms: [failing],
    });
    if (group.role) {
      acknowledge(
        group.role,
        `AwsSolutions-IAM4[${CODEDEPLOY_POLICY}]`,
        "AWS's own policy for what CodeDeploy does with Lambda.",
      );
    }
  }
}
