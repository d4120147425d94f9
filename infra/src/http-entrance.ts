import { Aws, Fn } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { HttpApi, LogGroupLogDestination } from "aws-cdk-lib/aws-apigatewayv2";
import { Construct } from "constructs";
import { serviceLogGroup } from "./service-log-group.js";
import type { StageSettings } from "./stage-settings.js";

/** What is kept of a request: nothing that a person typed, no address of hers, no token. */
const ACCESS_LOG = {
  time: "$context.requestTime",
  requestId: "$context.requestId",
  method: "$context.httpMethod",
  path: "$context.path",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  integrationLatencyMs: "$context.integrationLatency",
  integrationError: "$context.integrationErrorMessage",
  responseBytes: "$context.responseLength",
};

/** The HTTP API under which the gateway answers: throttled and logged. Its routes are added by the api's stack. */
export class HttpEntrance extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, settings: StageSettings) {
    super(scope, id);
    this.api = new HttpApi(this, "Api", { apiName: `sentiloop-${settings.name}`, createDefaultStage: false });
    this.api.addStage("Live", {
      stageName: "$default",
      autoDeploy: true,
      throttle: { rateLimit: settings.api.throttleRate, burstLimit: settings.api.throttleBurst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(serviceLogGroup(this, "AccessLog", settings)),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
      detailedMetricsEnabled: true,
    });
  }

  /** The host name, for CloudFront. */
  get hostName(): string {
    return Fn.join(".", [this.api.apiId, "execute-api", Aws.REGION, Aws.URL_SUFFIX]);
  }
}
