import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { AlarmTopic } from "./alarm-topic.js";
import { ExportBucket } from "./export-bucket.js";
import { LogBucket } from "./log-bucket.js";
import { ModelBucket } from "./model-bucket.js";
import type { StageSettings } from "./stage-settings.js";
import { Tables } from "./tables.js";

export interface DataStackProps extends StackProps {
  settings: StageSettings;
  /** Whether the data may go with the stack. */
  expendable: boolean;
}

/**
 * What cannot be made again: the tables, the models, the files that are handed out, and the address that confirmed once
 * that it wants to hear of alarms.
 */
export class DataStack extends Stack {
  readonly tables: Tables;
  readonly exports: ExportBucket;
  readonly models: ModelBucket;
  readonly logs: LogBucket;
  readonly alarms: AlarmTopic;

  constructor(scope: Construct, id: string, { settings, expendable, ...props }: DataStackProps) {
    super(scope, id, { ...props, terminationProtection: !expendable });
    this.tables = new Tables(this, "Tables", { prefix: `sentiloop-${settings.name}-`, expendable });
    this.logs = new LogBucket(this, "Logs", { retention: Duration.days(settings.logRetentionDays), expendable });
    this.exports = new ExportBucket(this, "Exports", { logs: this.logs, expendable });
    this.models = new ModelBucket(this, "Models", { logs: this.logs, expendable });
    this.alarms = new AlarmTopic(this, "Alarms", settings);
    new CfnOutput(this, "ExportBucket", { value: this.exports.bucketName });
    new CfnOutput(this, "ModelBucket", { value: this.models.bucketName });
  }
}
