import { Duration } from "aws-cdk-lib";
import { Policy, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";
import type { FunctionBundle } from "./artefacts.js";
import type { DataStack } from "./data-stack.js";
import { ServiceFunction } from "./service-function.js";
import type { StageSettings } from "./stage-settings.js";

export interface ExporterFunctionProps {
  settings: StageSettings;
  bundle: FunctionBundle;
  data: DataStack;
}

/** What the keys of export jobs begin with, as in api/src/dynamodb-export-job-store.ts; a test compares them. */
export const EXPORT_JOB_KEYS = "export#";

const MEMORY_MIB = 1024;

/**
 * Writes exports. It is woken by the job's item in the table of operations, so that the gateway needs no way to it, and
 * outside of any network, because DynamoDB and S3 ask nobody where he is. A job that takes longer than a function may
 * is handed on to the next call, with what is done so far.
 */
export class ExporterFunction extends Construct {
  readonly function: ServiceFunction;
  /** Jobs that could not even be begun. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { settings, bundle, data }: ExporterFunctionProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, "DeadLetters", {
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.deadLetters, "AwsSolutions-SQS3", "It is the queue of dead letters itself.");
    this.function = new ServiceFunction(this, "Function", {
      settings,
      bundle,
      memoryMiB: MEMORY_MIB,
      timeout: Duration.minutes(15),
    });
    data.tables.bindTo(this.function);
    data.exports.bindTo(this.function);
    this.#wakeUpBy(data);
    this.#handOn();
  }

  #wakeUpBy(data: DataStack): void {
    const newJob = {
      eventName: FilterRule.isEqual("INSERT"),
      dynamodb: { Keys: { key: { S: FilterRule.beginsWith(EXPORT_JOB_KEYS) } } },
    };
    this.function.addEventSource(
      new DynamoEventSource(data.tables.operations, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 1,
        retryAttempts: 2,
        parallelizationFactor: 2,
        filters: [FilterCriteria.filter(newJob)],
        onFailure: new SqsDlq(this.deadLetters),
      }),
    );
  }

  /** A policy of its own: as part of the role's, the function and its role would wait for each other. */
  #handOn(): void {
    const policy = new Policy(this, "HandOn", {
      statements: [new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [this.function.functionArn] })],
    });
    if (this.function.role) policy.attachToRole(this.function.role);
  }
}
