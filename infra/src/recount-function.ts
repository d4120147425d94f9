import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import type { FunctionBundle } from "./artefacts.js";
import type { DataStack } from "./data-stack.js";
import { ServiceFunction } from "./service-function.js";
import type { StageSettings } from "./stage-settings.js";
import type { TableActions } from "./tables.js";

export interface RecountFunctionProps {
  settings: StageSettings;
  bundle: FunctionBundle;
  data: DataStack;
}

/** What a recount does with items. */
const RECOUNT_ACTIONS: TableActions = {
  predictions: ["Scan", "UpdateItem"],
  indexes: [],
  operations: ["BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Scan", "UpdateItem"],
};

const MEMORY_MIB = 1024;

/**
 * Counts feedback anew now and then. A function that is killed between what it stores and what it counts leaves the
 * counters behind, and nobody else would notice.
 */
export class RecountFunction extends Construct {
  readonly function: ServiceFunction;

  constructor(scope: Construct, id: string, { settings, bundle, data }: RecountFunctionProps) {
    super(scope, id);
    this.function = new ServiceFunction(this, "Function", {
      settings,
      bundle,
      memoryMiB: MEMORY_MIB,
      timeout: Duration.minutes(15),
      // The next time is soon enough, and reads the whole table.
      retryAttempts: 0,
    });
    data.tables.bindTo(this.function, RECOUNT_ACTIONS);
    if (settings.recountEveryDays === "never") return;
    new Rule(this, "Schedule", {
      description: `Counts the feedback of the stage ${settings.name} anew`,
      schedule: Schedule.rate(Duration.days(settings.recountEveryDays)),
      targets: [new LambdaFunction(this.function)],
    });
  }
}
