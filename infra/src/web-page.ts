import { readdirSync } from "node:fs";
import { Duration } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  type IResponseHeadersPolicy,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";
import { pageRouter } from "./page-router.js";
import { PrivateBucket } from "./private-bucket.js";
import type { StageSettings } from "./stage-settings.js";

export interface WebPageProps {
  domain: StageSettings["domain"];
  logs: IBucket;
  /** The host name under which the gateway answers. */
  gateway: string;
  /** The foreign origins that the page may ask: those that know where people sign in, and give out tokens. */
  signInOrigins: readonly string[];
  /** The folder of the built page. */
  folder: string;
}

/** The paths that the gateway answers; everything else is the page's. */
const GATEWAY_PATHS = ["/graphql", "/schema.graphql", "/config.json", "/exports/*", "/livez", "/readyz"];

/** The files of the web page in a bucket that only CloudFront reads, and CloudFront in front of it and of the gateway. */
export class WebPage extends Construct {
  readonly files: PrivateBucket;
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, { domain, logs, gateway, signInOrigins, folder }: WebPageProps) {
    super(scope, id);
    // What is in it was built and can be uploaded again, so it goes with its stack.
    this.files = new PrivateBucket(this, "Files", {
      expendable: true,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: "page/",
    });
    const responseHeadersPolicy = this.#headers(signInOrigins);
    const toGateway = { ...gatewayBehavior(gateway), responseHeadersPolicy };
    this.distribution = new Distribution(this, "Distribution", {
      defaultRootObject: "index.html",
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...(domain && {
        domainNames: [domain.name],
        certificate: Certificate.fromCertificateArn(this, "Certificate", domain.certificateArn),
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.files),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy,
        functionAssociations: [{ function: this.#router(folder), eventType: FunctionEventType.VIEWER_REQUEST }],
      },
      additionalBehaviors: Object.fromEntries(GATEWAY_PATHS.map((path) => [path, toGateway])),
    });
    this.#acknowledge(domain !== undefined);
  }

  /** The address of the page. */
  get address(): string {
    return `https://${this.distribution.domainName}`;
  }

  #router(folder: string): EdgeFunction {
    return new EdgeFunction(this, "Router", {
      code: FunctionCode.fromInline(pageRouter(readdirSync(folder))),
      runtime: FunctionRuntime.JS_2_0,
    });
  }

  #headers(signInOrigins: readonly string[]): IResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, "SecurityHeaders", {
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicy(signInOrigins), override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: true, override: true },
      },
      customHeadersBehavior: {
        customHeaders: [{ header: "cross-origin-opener-policy", value: "same-origin", override: true }],
      },
    });
  }

  #acknowledge(hasDomain: boolean): void {
    acknowledge(this.distribution, "AwsSolutions-CFR1", "The page is for people everywhere.");
    acknowledge(
      this.distribution,
      "AwsSolutions-CFR2",
      "A firewall costs more a month than a lean stage; the gateway limits rate, size and depth itself.",
    );
    acknowledge(
      this.distribution,
      "AwsSolutions-CFR3",
      "The gateway and the bucket log each request that reaches them; CloudFront's own log would add people's addresses.",
    );
    if (hasDomain) return;
    acknowledge(
      this.distribution,
      "AwsSolutions-CFR4",
      "CloudFront's own certificate dictates the protocol; with a domain of one's own it is TLS 1.2.",
    );
  }
}

function gatewayBehavior(gateway: string): BehaviorOptions {
  return {
    origin: new HttpOrigin(gateway, { protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY }),
    viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    allowedMethods: AllowedMethods.ALLOW_ALL,
    cachePolicy: CachePolicy.CACHING_DISABLED,
    // The gateway is found by its own host name; the viewer's would be refused there.
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
  };
}

function contentSecurityPolicy(signInOrigins: readonly string[]): string {
  const asked = ["'self'", ...signInOrigins].join(" ");
  return `default-src 'self'; connect-src ${asked}; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'`;
}
