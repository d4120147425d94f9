import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { Grant } from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption, type BucketProps, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";
import type { Workload } from "./workload.js";

/** A bucket's properties, and whether its files may go with the stack. */
export interface PrivateBucketProps extends BucketProps {
  expendable: boolean;
}

/** A bucket that nobody outside of the account can reach, encrypted at rest and on the way. */
export class PrivateBucket extends Bucket {
  constructor(scope: Construct, id: string, { expendable, ...props }: PrivateBucketProps) {
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: expendable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      autoDeleteObjects: expendable,
      ...props,
    });
  }

  /** Allows a workload of another stack certain actions on every file of the bucket. */
  protected grantFiles(grantee: Workload, actions: string[]): void {
    const arn = Stack.of(this).exportValue(this.bucketArn);
    Grant.addToPrincipal({ grantee, actions, resourceArns: [`${arn}/*`] });
    const role = grantee.grantPrincipal;
    if (!Construct.isConstruct(role)) return;
    const name = Stack.of(this).resolve(arn)["Fn::ImportValue"];
    acknowledge(role, `AwsSolutions-IAM5[Resource::${name}/*]`, "The names of the files are made while it runs.");
  }
}
