import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { ApiStack } from "./api-stack.js";
import type { DataStack } from "./data-stack.js";
import type { InferenceStack } from "./inference-stack.js";
import { StageAlarms } from "./stage-alarms.js";
import { addStageDashboard } from "./stage-dashboard.js";
import type { StageSettings } from "./stage-settings.js";
import type { WebStack } from "./web-stack.js";

export interface OperationsStackProps extends StackProps {
  settings: StageSettings;
  data: DataStack;
  web: WebStack;
  api: ApiStack;
  inference: InferenceStack | undefined;
}

/** The tag by which the bill tells stages apart; it has to be activated once in the billing console. */
export const STAGE_TAG = "sentiloop:stage";

/** What watches a stage: alarms, a dashboard, and a budget. */
export class OperationsStack extends Stack {
  constructor(scope: Construct, id: string, { settings, data, web, api, inference, ...props }: OperationsStackProps) {
    super(scope, id, props);
    const topic = data.alarms;
    const { reservedConcurrency } = settings.api;
    const watched = { data, entrance: web.entrance.api, api, inference, reservedConcurrency };
    const { alarms } = new StageAlarms(this, "Alarm", { ...watched, topic });
    addStageDashboard(this, { ...watched, alarms });
    this.#budget(settings, topic);
    new CfnOutput(this, "AlarmTopic", { value: topic.topicArn });
  }

  #budget({ name, monthlyBudgetUsd }: StageSettings, topic: ITopic): void {
    const tell = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
      notification: { notificationType, comparisonOperator: "GREATER_THAN", threshold, thresholdType: "PERCENTAGE" },
      subscribers: [{ subscriptionType: "SNS", address: topic.topicArn }],
    });
    new CfnBudget(this, "Budget", {
      budget: {
        budgetType: "COST",
        timeUnit: "MONTHLY",
        budgetLimit: { amount: monthlyBudgetUsd, unit: "USD" },
        costFilters: { TagKeyValue: [`user:${STAGE_TAG}$${name}`] },
      },
      notificationsWithSubscribers: [tell("ACTUAL", 80), tell("FORECASTED", 100)],
    });
  }
}
