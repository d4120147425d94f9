import { Duration } from "aws-cdk-lib";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { PrivateBucket } from "./private-bucket.js";
import type { Workload } from "./workload.js";

/** No shorter than the api's links to exports live; the same file can be exported again at any time. */
const LIFETIME = Duration.days(1);

/** Where dataset exports are kept until somebody has fetched them. */
export class ExportBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, { logs, expendable }: { logs: IBucket; expendable: boolean }) {
    super(scope, id, {
      expendable,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: "exports/",
      lifecycleRules: [{ expiration: LIFETIME, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
  }

  /** Tells a workload the bucket's name and lets it write files, and read those whose addresses it signs. */
  bindTo(workload: Workload): void {
    this.#bind(workload, ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]);
  }

  /** Tells a workload the bucket's name and lets it read files. */
  bindReader(workload: Workload): void {
    this.#bind(workload, ["s3:GetObject"]);
  }

  #bind(workload: Workload, actions: string[]): void {
    workload.addEnvironment("SENTILOOP_EXPORT_BUCKET", this.bucketName);
    this.grantFiles(workload, actions);
  }
}
