import { S3Client } from "@aws-sdk/client-s3";

/** Where S3 is; without an endpoint it is AWS, found as the AWS SDK finds region and credentials. */
export interface S3Address {
  endpoint?: string | undefined;
}

/** A client with bounded waits: one second to connect, thirty for an answer, three attempts. */
export function createS3Client({ endpoint }: S3Address = {}): S3Client {
  // The SDK's note about Node versions is for whoever upgrades the SDK, not for whoever runs Sentiloop.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  return new S3Client({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 30_000 },
    ...(endpoint !== undefined && {
      endpoint,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" },
      // Most imitations of S3 know no checksums in trailers.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    }),
  });
}
