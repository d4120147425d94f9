import { type CfnElement, Duration, Stack } from "aws-cdk-lib";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { BucketDeployment, type BucketDeploymentProps, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";
import { serviceLogGroup } from "./service-log-group.js";
import type { StageSettings } from "./stage-settings.js";

export interface PageFilesProps {
  settings: StageSettings;
  files: IBucket;
  /** The folder of the built page. */
  folder: string;
}

const IMMUTABLE = [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(365)), CacheControl.immutable()];
const MEMORY_MIB = 512;

/** The files of the bucket to which the CDK uploads, as the rules print it. */
const CDK_ASSETS = "arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*";

/**
 * Uploads the built page. Names under assets/ hold a hash of the content; everything else may change under its name, so
 * that CloudFront asks for it again after a second and nothing has to be invalidated.
 */
export class PageFiles extends Construct {
  constructor(scope: Construct, id: string, { settings, files, folder }: PageFilesProps) {
    super(scope, id);
    const common: BucketDeploymentProps = {
      destinationBucket: files,
      // What is compressed already is for the local server; CloudFront does it itself.
      sources: [Source.asset(folder, { exclude: ["*.br", "*.gz"] })],
      memoryLimit: MEMORY_MIB,
      logGroup: serviceLogGroup(this, "Log", settings),
      // Whoever has the old index.html open still asks for the old assets.
      prune: false,
    };
    const assets = new BucketDeployment(this, "Assets", {
      ...common,
      include: ["assets/*"],
      exclude: ["*"],
      cacheControl: IMMUTABLE,
    });
    const rest = new BucketDeployment(this, "Pages", {
      ...common,
      exclude: ["assets/*"],
      cacheControl: [CacheControl.noCache()],
    });
    // index.html must not name assets that are not there yet.
    rest.node.addDependency(assets);
    // Both share one uploader.
    acknowledgeUploader(rest, files);
  }
}

function acknowledgeUploader({ handlerRole }: BucketDeployment, files: IBucket): void {
  const stack = Stack.of(files);
  const logicalId = stack.getLogicalId(files.node.defaultChild as CfnElement);
  const reason = "The CDK's own uploader: it runs during deployments only, from the CDK's bucket to the page's.";
  const findings = [
    `IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]`,
    ...["Abort*", "DeleteObject*", "GetBucket*", "GetObject*", "List*"].map((action) => `IAM5[Action::s3:${action}]`),
    ...[`<${logicalId}.Arn>/*`, CDK_ASSETS].map((resource) => `IAM5[Resource::${resource}]`),
  ];
  for (const finding of findings) acknowledge(handlerRole, `AwsSolutions-${finding}`, reason);
}
