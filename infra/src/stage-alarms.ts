import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import {
  Alarm,
  ComparisonOperator,
  type IAlarm,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { HttpCodeTarget } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { ApiStack } from "./api-stack.js";
import type { DataStack } from "./data-stack.js";
import type { InferenceStack } from "./inference-stack.js";
import type { Tables } from "./tables.js";

/** What is watched. */
export interface Watched {
  data: DataStack;
  entrance: HttpApi;
  api: ApiStack;
  inference: InferenceStack | undefined;
  /** The most requests the gateway answers at a time. */
  reservedConcurrency: number;
}

/** When to call somebody. */
interface Condition {
  metric: IMetric;
  threshold: number;
  /** How many periods of the metric in a row; one unless said otherwise. */
  periods?: number;
  /** What it means. The runbook has a chapter of the alarm's name. */
  means: string;
}

const FIVE_MINUTES = Duration.minutes(5);

/** The alarms of a stage; each tells the topic, and tells it again when all is well. */
export class StageAlarms extends Construct {
  readonly alarms: IAlarm[];

  constructor(scope: Construct, id: string, { topic, ...watched }: Watched & { topic: ITopic }) {
    super(scope, id);
    const conditions = { ...entranceConditions(watched), ...dataConditions(watched), ...inferenceConditions(watched) };
    this.alarms = Object.entries(conditions).map(([name, condition]) => {
      const alarm = this.#alarm(name, condition);
      alarm.addAlarmAction(new SnsAction(topic));
      alarm.addOkAction(new SnsAction(topic));
      return alarm;
    });
  }

  #alarm(name: string, { metric, threshold, periods = 1, means }: Condition): Alarm {
    return new Alarm(this, name, {
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${means} Runbook: infra/README.md, "${name}".`,
    });
  }
}

function entranceConditions({ entrance, api, reservedConcurrency }: Watched): Record<string, Condition> {
  const { alias, function: gateway } = api.gateway;
  return {
    GatewayErrors: {
      metric: errorShare(entrance),
      threshold: 1,
      periods: 2,
      means: "More than 1 % of requests were answered with a 5xx for ten minutes.",
    },
    GatewayCrashes: {
      metric: alias.metricErrors({ period: FIVE_MINUTES, statistic: "Sum" }),
      threshold: 5,
      means: "The gateway function ended without an answer.",
    },
    GatewayLatency: {
      metric: entrance.metricLatency({ period: FIVE_MINUTES, statistic: "p99" }),
      threshold: 3000,
      periods: 3,
      means: "One in a hundred requests took longer than three seconds, for fifteen minutes.",
    },
    GatewayThrottles: {
      metric: gateway.metricThrottles({ period: FIVE_MINUTES, statistic: "Sum" }),
      threshold: 0,
      means: "Requests were turned away because as many as allowed were under way.",
    },
    GatewayNearlyFull: {
      metric: gateway.metric("ConcurrentExecutions", { period: FIVE_MINUTES, statistic: "Maximum" }),
      threshold: Math.floor(reservedConcurrency * 0.8),
      periods: 2,
      means: "Four fifths of the requests that are allowed at a time are under way.",
    },
  };
}

function dataConditions({ api, data }: Watched): Record<string, Condition> {
  return {
    ExportFails: {
      metric: api.exporter.function.metricErrors({ period: FIVE_MINUTES, statistic: "Sum" }),
      threshold: 0,
      means: "An export ended without its file.",
    },
    DeadLetters: {
      metric: api.exporter.deadLetters.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES }),
      threshold: 0,
      means: "An export could not even be begun; its job waits in the queue of dead letters.",
    },
    RecountFails: {
      metric: api.recount.function.metricErrors({ period: FIVE_MINUTES, statistic: "Sum" }),
      threshold: 0,
      means: "Feedback was not counted anew.",
    },
    DatabaseThrottles: {
      metric: sum(throttleMetrics(data.tables)),
      threshold: 10,
      means: "DynamoDB turned reads or writes away.",
    },
  };
}

function inferenceConditions({ inference }: Watched): Record<string, Condition> {
  if (inference === undefined) return {};
  const { targets, service } = inference.inference;
  return {
    InferenceUnhealthy: {
      metric: targets.metrics.unhealthyHostCount({ period: Duration.minutes(1), statistic: "Maximum" }),
      threshold: 0,
      periods: 5,
      means: "A task of the inference service has not been ready for five minutes.",
    },
    InferenceErrors: {
      metric: targets.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, {
        period: FIVE_MINUTES,
        statistic: "Sum",
      }),
      threshold: 10,
      means: "The inference service answered with a 5xx.",
    },
    InferenceCpu: {
      metric: service.metricCpuUtilization({ period: FIVE_MINUTES, statistic: "Average" }),
      threshold: 85,
      periods: 3,
      means: "All tasks compute at their limit, although as many run as are allowed.",
    },
  };
}

/** In per cent. */
function errorShare(entrance: HttpApi): IMetric {
  return new MathExpression({
    expression: "IF(requests > 0, 100 * errors / requests, 0)",
    period: FIVE_MINUTES,
    usingMetrics: {
      errors: entrance.metricServerError({ period: FIVE_MINUTES, statistic: "Sum" }),
      requests: entrance.metricCount({ period: FIVE_MINUTES, statistic: "Sum" }),
    },
  });
}

/** Each costs as much as an alarm of its own. A write that an index turns away is counted at the index. */
function throttleMetrics({ predictions, operations, indexNames }: Tables): IMetric[] {
  const tables = [predictions.tableName, operations.tableName].map((TableName) => ({ TableName }));
  const indexes = indexNames.map((name) => ({ ...tables[0], GlobalSecondaryIndexName: name }));
  return [
    ...tables.map((dimensions) => dynamoDBMetric("ReadThrottleEvents", dimensions)),
    ...[...tables, ...indexes].map((dimensions) => dynamoDBMetric("WriteThrottleEvents", dimensions)),
  ];
}

function dynamoDBMetric(metricName: string, dimensionsMap: Record<string, string>): Metric {
  return new Metric({
    namespace: "AWS/DynamoDB",
    metricName,
    dimensionsMap,
    period: FIVE_MINUTES,
    statistic: "Sum",
  });
}

function sum(metrics: readonly IMetric[]): IMetric {
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  const terms = Object.keys(usingMetrics).map((name) => `FILL(${name}, 0)`);
  return new MathExpression({ expression: terms.join(" + "), usingMetrics, period: FIVE_MINUTES });
}
