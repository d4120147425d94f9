import { type CfnElement, Duration, Stack } from "aws-cdk-lib";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";
import type { WebPage } from "./web-page.js";

export interface PageFilesProps {
  page: WebPage;
  /** The folder of the built page. */
  folder: string;
  /** What the page reads at start, so that one build serves every stage. */
  runtimeConfig: Record<string, unknown>;
}

const IMMUTABLE = [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(365)), CacheControl.immutable()];
const MEMORY_MIB = 512;

/** The files of the bucket to which the CDK uploads, as the rules print it. */
const CDK_ASSETS = "arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*";

/** Uploads the built page. Names under assets/ hold a hash of the content; everything else may change under its name. */
export class PageFiles extends Construct {
  constructor(scope: Construct, id: string, { page, folder, runtimeConfig }: PageFilesProps) {
    super(scope, id);
    const common = { destinationBucket: page.files, memoryLimit: MEMORY_MIB };
    const assets = new BucketDeployment(this, "Assets", {
      ...common,
      sources: [Source.asset(folder)],
      include: ["assets/*"],
      exclude: ["*"],
      cacheControl: IMMUTABLE,
      // Whoever has the old index.html open still asks for the old assets.
      prune: false,
    });
    const rest = new BucketDeployment(this, "Pages", {
      ...common,
      sources: [Source.asset(folder), Source.jsonData("runtime-config.json", runtimeConfig)],
      exclude: ["assets/*"],
      cacheControl: [CacheControl.noCache()],
      prune: false,
      distribution: page.distribution,
      distributionPaths: ["/", "/index.html", "/runtime-config.json"],
    });
    // index.html must not name assets that are not there yet.
    rest.node.addDependency(assets);
    // Both share one uploader.
    acknowledgeUploader(rest, page);
  }
}

function acknowledgeUploader({ handlerRole }: BucketDeployment, { files }: WebPage): void {
  const stack = Stack.of(files);
  const logicalId = stack.getLogicalId(files.node.defaultChild as CfnElement);
  const reason = "The CDK's own uploader: it runs during deployments only, from the CDK's bucket to the page's.";
  const findings = [
    `IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]`,
    ...["Abort*", "DeleteObject*", "GetBucket*", "GetObject*", "List*"].map((action) => `IAM5[Action::s3:${action}]`),
    // CloudFront's invalidations know no resource.
    ...["*", `<${logicalId}.Arn>/*`, CDK_ASSETS].map((resource) => `IAM5[Resource::${resource}]`),
  ];
  for (const finding of findings) acknowledge(handlerRole, `AwsSolutions-${finding}`, reason);
}
