import type { Duration } from "aws-cdk-lib";
import type { ISecurityGroup } from "aws-cdk-lib/aws-ec2";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Code, type FunctionOptions, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";
import type { FunctionBundle } from "./artefacts.js";
import type { Network } from "./network.js";
import { serviceLogGroup } from "./service-log-group.js";
import type { StageSettings } from "./stage-settings.js";

/** Where in a network a function stands. */
export interface Place {
  network: Network;
  securityGroups: ISecurityGroup[];
}

export interface ServiceFunctionProps
  extends Pick<FunctionOptions, "currentVersionOptions" | "layers" | "reservedConcurrentExecutions" | "retryAttempts"> {
  settings: StageSettings;
  bundle: FunctionBundle;
  memoryMiB: number;
  timeout: Duration;
  /** Undefined for a function outside of any network. */
  place?: Place | undefined;
}

/** What a function in a network needs of EC2, none of which knows resources when it is asked. */
const NETWORK_ACTIONS = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:UnassignPrivateIpAddresses",
];

/** A Lambda function of ours: one kind of runtime, a log of its own, and a role that allows nothing but what is bound. */
export class ServiceFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    const { settings, bundle, memoryMiB, timeout, place, ...options } = props;
    const logGroup = serviceLogGroup(scope, `${id}Log`, settings);
    const role = functionRole(scope, `${id}Role`, place !== undefined);
    logGroup.grantWrite(role);
    super(scope, id, {
      ...options,
      runtime: Runtime.NODEJS_24_X,
      architecture: settings.architecture === "arm64" ? Architecture.ARM_64 : Architecture.X86_64,
      code: Code.fromAsset(bundle.folder),
      handler: bundle.handler,
      memorySize: memoryMiB,
      timeout,
      role,
      logGroup,
      environment: { LOG_LEVEL: "info" },
      ...(place && {
        vpc: place.network.vpc,
        vpcSubnets: place.network.inside,
        securityGroups: place.securityGroups,
      }),
    });
  }
}

function functionRole(scope: Construct, id: string, inNetwork: boolean): Role {
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    ...(inNetwork && { inlinePolicies: { Network: networkPolicy() } }),
  });
  if (inNetwork) acknowledge(role, "AwsSolutions-IAM5[Resource::*]", "EC2 knows no resource for these actions.");
  return role;
}

function networkPolicy(): PolicyDocument {
  return new PolicyDocument({ statements: [new PolicyStatement({ actions: NETWORK_ACTIONS, resources: ["*"] })] });
}
