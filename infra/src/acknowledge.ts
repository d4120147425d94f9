import { Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/**
 * Accepts a finding of the security rules (cdk-nag, AwsSolutions) for everything under a construct, with the reason.
 * @param rule its id; of a rule that finds several things, with the finding in brackets
 */
export function acknowledge(construct: IConstruct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: rule, reason });
}
