import { Aws } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import type { StageSettings } from "./stage-settings.js";

/**
 * Whom alarms and the budget tell. A topic with a policy of its own (it demands TLS) no longer lets everything of the
 * account publish, so each of them is named.
 */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, { alarmEmail }: StageSettings) {
    super(scope, id, { enforceSSL: true });
    for (const service of ["budgets", "cloudwatch"]) {
      const principal = new ServicePrincipal(`${service}.amazonaws.com`, {
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      });
      this.grantPublish(principal);
    }
    if (alarmEmail) this.addSubscription(new EmailSubscription(alarmEmail));
  }
}
