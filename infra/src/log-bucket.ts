import { Duration } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";
import { PrivateBucket } from "./private-bucket.js";

/** Where the other buckets, the load balancer and the network keep who asked for what. */
export class LogBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, { retention, expendable }: { retention: Duration; expendable: boolean }) {
    super(scope, id, {
      expendable,
      lifecycleRules: [{ expiration: retention, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    acknowledge(this, "AwsSolutions-S1", "A log of the bucket of logs would log itself.");
  }
}
