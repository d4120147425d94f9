import { describe, expect, test } from "@jest/globals";
import { Match } from "aws-cdk-lib/assertions";
import { EXPORT_JOB_KEY_PREFIX } from "../../api/src/dynamodb-export-job-store.js";
import { KINDS, type StageKind, synthesise, templateOf } from "./synthesised-stage.js";

describe.each(Object.keys(KINDS) as StageKind[])("a %s stage", (kind) => {
  const stage = synthesise("one", KINDS[kind]);

  test("wakes the exporter by new export jobs alone, and keeps what it could not begin", () => {
    const api = templateOf(stage, "Api");
    api.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      BatchSize: 1,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumRetryAttempts: 24,
      StartingPosition: "TRIM_HORIZON",
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
      FilterCriteria: {
        Filters: [
          {
            Pattern: JSON.stringify({
              eventName: ["INSERT"],
              dynamodb: { Keys: { key: { S: [{ prefix: EXPORT_JOB_KEY_PREFIX }] } } },
            }),
          },
        ],
      },
    });
    api.hasResourceProperties("AWS::Lambda::Function", { Handler: "exporter-lambda.handler", Timeout: 900 });
  });

  test("counts feedback anew every day, or as often as its settings say", () => {
    const schedule = (settings: object) =>
      Object.values(
        templateOf(synthesise("one", { ...KINDS[kind], ...settings }), "Api").findResources("AWS::Events::Rule"),
      );
    expect(schedule({}).map(({ Properties }) => Properties.ScheduleExpression)).toEqual(["rate(1 day)"]);
    expect(schedule({ recountEveryDays: 7 })[0]?.Properties.ScheduleExpression).toBe("rate(7 days)");
    expect(schedule({ recountEveryDays: "never" })).toEqual([]);
  });

  test("keeps the gateway's earlier versions, to which whoever rolls back points the alias", () => {
    templateOf(stage, "Api").allResources("AWS::Lambda::Version", { DeletionPolicy: "Retain" });
  });
});
