import { Duration } from "aws-cdk-lib";
import { Grant } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { PrivateBucket } from "./private-bucket.js";
import type { Workload } from "./workload.js";

/** The registry of model versions. Versioned: an alias or a model that was overwritten can be taken back. */
export class ModelBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, { logs, expendable }: { logs: IBucket; expendable: boolean }) {
    super(scope, id, {
      expendable,
      versioned: true,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: "models/",
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(90),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
  }

  /** Tells a workload the bucket's name and lets it read, publish and promote versions; it deletes none. */
  bindTo(workload: Workload): void {
    workload.addEnvironment("SENTILOOP_MODELS_BUCKET", this.bucketName);
    Grant.addToPrincipal({ grantee: workload, actions: ["s3:ListBucket"], resourceArns: [this.bucketArn] });
    this.grantFiles(workload, ["s3:GetObject", "s3:PutObject"]);
  }
}
