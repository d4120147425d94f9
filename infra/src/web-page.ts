import { CfnOutput } from "aws-cdk-lib";
import { Distribution, HttpVersion, ResponseHeadersPolicy, ViewerProtocolPolicy } from "aws-cdk-lib/aws-cloudfront";
import { S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { Construct } from "constructs";
import { PrivateBucket } from "./private-bucket.js";

/** The files of the web page in a bucket that only CloudFront reads, and CloudFront in front of it. */
export class WebPage extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const files = new PrivateBucket(this, "Files");
    const distribution = new Distribution(this, "Distribution", {
      defaultRootObject: "index.html",
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(files),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: ResponseHeadersPolicy.SECURITY_HEADERS,
      },
    });
    new CfnOutput(this, "Address", { value: `https://${distribution.distributionDomainName}` });
    new CfnOutput(this, "FilesBucket", { value: files.bucketName });
  }
}
