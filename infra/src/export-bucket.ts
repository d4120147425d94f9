import { Duration } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { PrivateBucket } from "./private-bucket.js";

/** No shorter than the api's links to exports live; the same file can be exported again at any time. */
const LIFETIME = Duration.days(1);

/** Where dataset exports are kept until somebody has fetched them. */
export class ExportBucket extends PrivateBucket {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      lifecycleRules: [{ expiration: LIFETIME, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
  }
}
