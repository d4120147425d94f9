import { CfnOutput, FileSystem, Stack, type StackProps } from "aws-cdk-lib";
import { HttpMethod, HttpRoute, HttpRouteKey } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Peer, Port, SecurityGroup } from "aws-cdk-lib/aws-ec2";
import { Architecture, Code, LayerVersion } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";
import type { Artefacts } from "./artefacts.js";
import type { DataStack } from "./data-stack.js";
import { ExporterFunction } from "./exporter-function.js";
import { GatewayFunction } from "./gateway-function.js";
import type { IdentityStack } from "./identity-stack.js";
import type { InferenceStack } from "./inference-stack.js";
import { RecountFunction } from "./recount-function.js";
import type { Place } from "./service-function.js";
import { SignInKeys } from "./sign-in-keys.js";
import type { StageSettings } from "./stage-settings.js";
import type { TableActions } from "./tables.js";
import type { WebStack } from "./web-stack.js";

export interface ApiStackProps extends StackProps {
  settings: StageSettings;
  artefacts: Artefacts;
  data: DataStack;
  identity: IdentityStack;
  web: WebStack;
  /** Undefined in a lean stage. */
  inference: InferenceStack | undefined;
}

const { GET, POST, OPTIONS } = HttpMethod;

/** What the gateway answers to the world; its metrics are not among it. */
const ROUTES = {
  "/graphql": [GET, POST, OPTIONS],
  "/schema.graphql": [GET],
  "/config.json": [GET],
  "/exports/{proxy+}": [GET],
  "/livez": [GET],
  "/readyz": [GET],
};

/** What the gateway does with items. */
const GATEWAY_ACTIONS: TableActions = {
  predictions: ["BatchGetItem", "BatchWriteItem", "DescribeTable", "GetItem", "PutItem", "UpdateItem"],
  indexes: ["Query"],
  operations: ["BatchGetItem", "DeleteItem", "GetItem", "PutItem", "UpdateItem"],
};

/** Where the inference service listens when it runs beside the gateway, as its layer says. */
const INFERENCE_EXTENSION = "http://127.0.0.1:4001";

/** What answers and what works for it: the gateway, the exporter and the recount, and the gateway's routes at the front door. */
export class ApiStack extends Stack {
  readonly gateway: GatewayFunction;
  readonly exporter: ExporterFunction;
  readonly recount: RecountFunction;

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    const { settings, artefacts, data, identity, web, inference, ...stackProps } = props;
    super(scope, id, stackProps);
    this.gateway = new GatewayFunction(this, "Gateway", {
      settings,
      bundle: artefacts.gateway,
      alarms: data.alarms,
      ...(inference
        ? { place: this.#place(inference) }
        : { inferenceLayer: this.#inferenceLayer(settings, artefacts.inferenceLayer) }),
    });
    this.exporter = new ExporterFunction(this, "Exporter", { settings, bundle: artefacts.exporter, data });
    this.recount = new RecountFunction(this, "Recount", { settings, bundle: artefacts.recount, data });
    this.#bind(props);
    this.#route(web);
    new CfnOutput(this, "DeadLetters", { value: this.exporter.deadLetters.queueUrl });
    new CfnOutput(this, "GatewayName", { value: this.gateway.function.functionName });
  }

  #bind({ settings, artefacts, data, identity, web, inference }: ApiStackProps): void {
    const { workload } = this.gateway;
    data.tables.bindTo(workload, GATEWAY_ACTIONS);
    data.exports.bindReader(workload);
    if (inference) {
      workload.addEnvironment("SENTILOOP_INFERENCE", inference.inference.address);
      const release = FileSystem.fingerprint(artefacts.gateway.folder);
      const { keys } = new SignInKeys(this, "SignInKeys", { settings, issuer: identity.issuer, release });
      workload.addEnvironment("SENTILOOP_OIDC_KEYS", keys);
    } else {
      workload.addEnvironment("SENTILOOP_INFERENCE", INFERENCE_EXTENSION);
      data.models.bindTo(workload);
    }
    workload.addEnvironment("SENTILOOP_OIDC_ISSUER", identity.issuer);
    workload.addEnvironment("SENTILOOP_OIDC_AUDIENCE", web.client.userPoolClientId);
    workload.addEnvironment("SENTILOOP_AUTH", "keys");
  }

  #place({ network, inference }: InferenceStack): Place {
    const group = new SecurityGroup(this, "GatewaySecurityGroup", {
      vpc: network.vpc,
      description: "The gateway; out it reaches DynamoDB and S3",
      allowAllOutbound: false,
    });
    // The subnets have no way out but the gateway endpoints, whose addresses change.
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "DynamoDB and S3 by the gateway endpoints");
    return { network, securityGroups: [group, inference.clients] };
  }

  #inferenceLayer({ architecture }: StageSettings, folder: string): LayerVersion {
    return new LayerVersion(this, "Inference", {
      code: Code.fromAsset(folder),
      compatibleArchitectures: [architecture === "arm64" ? Architecture.ARM_64 : Architecture.X86_64],
      description: "The inference service, as an extension beside the gateway",
    });
  }

  /** Each route by name: what is not among them is answered by API Gateway, and reaches no function. */
  #route({ entrance }: WebStack): void {
    const integration = new HttpLambdaIntegration("Gateway", this.gateway.alias);
    for (const [path, methods] of Object.entries(ROUTES)) {
      for (const method of methods) {
        const route = new HttpRoute(this, `Route ${method} ${path}`, {
          httpApi: entrance.api,
          routeKey: HttpRouteKey.with(path, method),
          integration,
        });
        acknowledge(
          route,
          "AwsSolutions-APIG4",
          "The gateway itself asks for an API key or a token, and knows its scopes.",
        );
      }
    }
  }
}
