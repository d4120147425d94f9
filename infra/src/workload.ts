import type { IGrantable } from "aws-cdk-lib/aws-iam";

/** Something that runs our code: a Lambda function, or a container with its task role. */
export interface Workload extends IGrantable {
  addEnvironment(name: string, value: string): unknown;
}
