import { Duration } from "aws-cdk-lib";
import { AlarmStatusWidget, Dashboard, GraphWidget, type IAlarm, type IMetric } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import type { Watched } from "./stage-alarms.js";

const WIDTH = 12;
const PERIOD = { period: Duration.minutes(5) };

/** What an operator looks at first: the alarms, then requests, times and errors along the way of a request. */
export function addStageDashboard(scope: Construct, { alarms, ...watched }: Watched & { alarms: IAlarm[] }): Dashboard {
  const dashboard = new Dashboard(scope, "Dashboard", { defaultInterval: Duration.hours(12) });
  dashboard.addWidgets(new AlarmStatusWidget({ title: "Alarms", alarms, width: 2 * WIDTH }));
  for (const [title, metrics] of Object.entries(graphs(watched))) {
    dashboard.addWidgets(new GraphWidget({ title, left: metrics, width: WIDTH }));
  }
  return dashboard;
}

function graphs({ entrance, api, inference }: Watched): Record<string, IMetric[]> {
  const { function: gateway } = api.gateway;
  return {
    Requests: [entrance.metricCount(PERIOD), entrance.metricClientError(PERIOD), entrance.metricServerError(PERIOD)],
    "Time a request, ms": [
      entrance.metricLatency({ ...PERIOD, statistic: "p50", label: "p50" }),
      entrance.metricLatency({ ...PERIOD, statistic: "p99", label: "p99" }),
    ],
    "Gateway at a time": [
      gateway.metric("ConcurrentExecutions", { ...PERIOD, statistic: "Maximum" }),
      gateway.metricThrottles(PERIOD),
    ],
    Exports: [api.exporter.function.metricInvocations(PERIOD), api.exporter.function.metricErrors(PERIOD)],
    ...(inference && {
      "Inference tasks": [
        inference.inference.targets.metrics.healthyHostCount({ ...PERIOD, statistic: "Minimum" }),
        inference.inference.targets.metrics.unhealthyHostCount({ ...PERIOD, statistic: "Maximum" }),
      ],
      "Inference CPU, %": [inference.inference.service.metricCpuUtilization(PERIOD)],
      "Inference time, s": [inference.inference.targets.metrics.targetResponseTime({ ...PERIOD, statistic: "p99" })],
    }),
  };
}
