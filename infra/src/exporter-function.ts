import { Duration } from "aws-cdk-lib";
import { FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";
import type { FunctionBundle } from "./artefacts.js";
import type { DataStack } from "./data-stack.js";
import { ServiceFunction } from "./service-function.js";
import type { StageSettings } from "./stage-settings.js";
import type { TableActions } from "./tables.js";

export interface ExporterFunctionProps {
  settings: StageSettings;
  bundle: FunctionBundle;
  data: DataStack;
}

/** What the keys of export jobs begin with, as in api/src/dynamodb-export-job-store.ts; a test compares them. */
export const EXPORT_JOB_KEYS = "export#";

/** What the exporter does with items. */
const EXPORTER_ACTIONS: TableActions = { predictions: ["Scan"], indexes: [], operations: ["GetItem", "PutItem"] };

const MEMORY_MIB = 1024;

/** Calls that one export may take, each of a quarter of an hour. */
const MOST_CALLS = 24;

/**
 * Writes exports. It is woken by the job's item in the table of operations, so that the gateway needs no way to it, and
 * outside of any network, because DynamoDB and S3 ask nobody where he is. What is done of a job is stored, so that
 * the next call can go on with it: no export is bound to the quarter of an hour that a function may take.
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
    data.tables.bindTo(this.function, EXPORTER_ACTIONS);
    data.exports.bindTo(this.function);
    this.#wakeUpBy(data);
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
        // A call that runs out of time gives its job back, and the next one goes on with it.
        reportBatchItemFailures: true,
        retryAttempts: MOST_CALLS,
        parallelizationFactor: 10,
        filters: [FilterCriteria.filter(newJob)],
        onFailure: new SqsDlq(this.deadLetters),
      }),
    );
  }
}
