import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  type ISubnet,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";

const ZONES = 2;

/**
 * A network without NAT (32 dollars a month and zone). Tasks stand in public subnets, reachable from the load balancer
 * alone: a public address each is 4 dollars a month, while the interface endpoints that private ones would need for
 * images and logs are 44. Functions and the load balancer are in subnets without any way out; DynamoDB and S3 are
 * reached by gateway endpoints, which cost nothing.
 */
export class Network extends Construct {
  readonly vpc: Vpc;

  constructor(scope: Construct, id: string, { logs }: { logs: IBucket }) {
    super(scope, id);
    this.vpc = new Vpc(this, "Vpc", {
      maxAzs: ZONES,
      natGateways: 0,
      // Nothing is in the default security group; to empty it would take a function of its own.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: "tasks", subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        { name: "inside", subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      gatewayEndpoints: {
        DynamoDB: { service: GatewayVpcEndpointAwsService.DYNAMODB },
        S3: { service: GatewayVpcEndpointAwsService.S3 },
      },
    });
    this.vpc.addFlowLog("Rejected", {
      destination: FlowLogDestination.toS3(logs, "network/"),
      trafficType: FlowLogTrafficType.REJECT,
    });
  }

  /** Subnets without any way out of the network but the gateway endpoints. */
  get inside(): { subnets: ISubnet[] } {
    return { subnets: this.vpc.isolatedSubnets };
  }
}
