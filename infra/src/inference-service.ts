import { Aws, Duration } from "aws-cdk-lib";
import { type ISecurityGroup, Peer, Port, SecurityGroup, type Vpc } from "aws-cdk-lib/aws-ec2";
import { type Cluster, type ContainerImage, FargateService, PropagatedTagSource } from "aws-cdk-lib/aws-ecs";
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  type ApplicationTargetGroup,
} from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { ModelBucket } from "./model-bucket.js";
import type { Network } from "./network.js";
import type { StageSettings } from "./stage-settings.js";
import { Task } from "./task.js";

export interface InferenceServiceProps {
  settings: StageSettings;
  network: Network;
  cluster: Cluster;
  image: ContainerImage;
  models: ModelBucket;
}

const PORT = 4001;

/** What is in flight must be answered before a task goes: the service's own deadline for a request is ten seconds. */
const DRAINING = Duration.seconds(15);

/** The inference service on Fargate, behind a load balancer that only those who were let in reach. */
export class InferenceService extends Construct {
  readonly service: FargateService;
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly targets: ApplicationTargetGroup;
  /** Who wants to ask the service must be in it. */
  readonly clients: ISecurityGroup;
  readonly #door: SecurityGroup;

  constructor(scope: Construct, id: string, props: InferenceServiceProps) {
    super(scope, id);
    const { network, settings } = props;
    this.#door = this.#securityGroup("Door", network.vpc, "The load balancer of the inference service");
    this.clients = this.#securityGroup("Clients", network.vpc, "Who may ask the inference service");
    this.#door.addIngressRule(this.clients, Port.tcp(80), "From those who were let in");
    this.clients.addEgressRule(this.#door, Port.tcp(80), "To the inference service");
    this.service = this.#service(props);
    this.loadBalancer = new ApplicationLoadBalancer(this, "LoadBalancer", {
      vpc: network.vpc,
      vpcSubnets: network.inside,
      internetFacing: false,
      securityGroup: this.#door,
      dropInvalidHeaderFields: true,
      idleTimeout: Duration.seconds(60),
    });
    this.targets = this.#targets();
    this.#scale(settings);
  }

  /** The address of the service, inside of the network. */
  get address(): string {
    return `http://${this.loadBalancer.loadBalancerDnsName}`;
  }

  /** Keeps a log of requests; the bucket must be in the same region. */
  logTo(bucket: IBucket): void {
    const prefix = "inference";
    this.loadBalancer.setAttribute("access_logs.s3.enabled", "true");
    this.loadBalancer.setAttribute("access_logs.s3.bucket", bucket.bucketName);
    this.loadBalancer.setAttribute("access_logs.s3.prefix", prefix);
    bucket.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal("logdelivery.elasticloadbalancing.amazonaws.com")],
        actions: ["s3:PutObject"],
        resources: [bucket.arnForObjects(`${prefix}/AWSLogs/${Aws.ACCOUNT_ID}/*`)],
      }),
    );
  }

  #securityGroup(id: string, vpc: Vpc, description: string): SecurityGroup {
    return new SecurityGroup(this, id, { vpc, description, allowAllOutbound: false });
  }

  #service({ settings, network, cluster, image, models }: InferenceServiceProps): FargateService {
    const { cpu, memoryMiB } = settings.inference;
    const task = new Task(this, "Task", {
      settings,
      image,
      cpu,
      memoryMiB,
      container: {
        portMappings: [{ containerPort: PORT }],
        environment: { HOST: "0.0.0.0", PORT: String(PORT), SENTILOOP_DATA: "/tmp/sentiloop", LOG_LEVEL: "info" },
      },
    });
    models.bindTo(task.workload);
    const group = new SecurityGroup(this, "Tasks", {
      vpc: network.vpc,
      description: "The tasks of the inference service; out they fetch images and models and write logs",
      allowAllOutbound: false,
    });
    // Images, logs and S3 have no fixed addresses.
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "AWS's own services");
    return new FargateService(this, "Service", {
      cluster,
      taskDefinition: task.definition,
      // How many run is the scaling's business, through releases too.
      assignPublicIp: true,
      vpcSubnets: { subnets: network.vpc.publicSubnets },
      securityGroups: [group],
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      healthCheckGracePeriod: Duration.seconds(60),
      circuitBreaker: { enable: true, rollback: true },
      enableExecuteCommand: false,
      // The bill tells stages apart by tags, which tasks do not have by themselves.
      propagateTags: PropagatedTagSource.SERVICE,
    });
  }

  #targets(): ApplicationTargetGroup {
    const listener = this.loadBalancer.addListener("Http", {
      port: 80,
      protocol: ApplicationProtocol.HTTP,
      open: false,
    });
    return listener.addTargets("Tasks", {
      port: PORT,
      protocol: ApplicationProtocol.HTTP,
      targets: [this.service],
      deregistrationDelay: DRAINING,
      healthCheck: {
        path: "/readyz",
        healthyHttpCodes: "200",
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    });
  }

  #scale({ inference }: StageSettings): void {
    const scaling = this.service.autoScaleTaskCount({
      minCapacity: inference.minTasks,
      maxCapacity: inference.maxTasks,
    });
    const cooldown = { scaleOutCooldown: Duration.seconds(60), scaleInCooldown: Duration.minutes(5) };
    scaling.scaleOnRequestCount("Requests", {
      targetGroup: this.targets,
      requestsPerTarget: inference.requestsPerTaskAndMinute,
      ...cooldown,
    });
    scaling.scaleOnCpuUtilization("Cpu", { targetUtilizationPercent: inference.cpuPercent, ...cooldown });
  }
}
