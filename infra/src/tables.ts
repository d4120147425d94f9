import { RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  type TablePropsV2,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import { Grant } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Workload } from "./workload.js";

export interface TablesProps {
  /** What the tables' names begin with. */
  prefix: string;
  /** Whether the data may go with the stack. Only the command that deletes a stage for good says so. */
  expendable: boolean;
}

/** None of these creates, changes or deletes a table. */
type ItemAction =
  | "BatchGetItem"
  | "BatchWriteItem"
  | "DeleteItem"
  | "DescribeTable"
  | "GetItem"
  | "PutItem"
  | "Query"
  | "Scan"
  | "UpdateItem";

/** What a workload does with the items of each table, and of the indexes of predictions. */
export interface TableActions {
  predictions: readonly ItemAction[];
  indexes: readonly ItemAction[];
  operations: readonly ItemAction[];
}

/** The two tables that the api works with. Their keys must be those of api/src/dynamodb-tables.ts; a test compares them. */
export class Tables extends Construct {
  readonly predictions: TableV2;
  readonly operations: TableV2;
  /** Of predictions. */
  readonly indexNames = INDEXES.map(({ indexName }) => indexName);
  readonly #prefix: string;

  constructor(scope: Construct, id: string, { prefix, expendable }: TablesProps) {
    super(scope, id);
    this.#prefix = prefix;
    const kept = keptUnless(expendable);
    this.predictions = new TableV2(this, "Predictions", {
      ...kept,
      tableName: `${prefix}predictions`,
      partitionKey: { name: "id", type: AttributeType.STRING },
      globalSecondaryIndexes: INDEXES,
    });
    this.operations = new TableV2(this, "Operations", {
      ...kept,
      tableName: `${prefix}operations`,
      partitionKey: { name: "key", type: AttributeType.STRING },
      timeToLiveAttribute: "expiresAt",
      // New export jobs wake the exporter, which needs no more than their keys.
      dynamoStream: StreamViewType.KEYS_ONLY,
    });
  }

  /** Tells a workload the tables' names and lets it do with their items what it does. */
  bindTo(workload: Workload, actions: TableActions): void {
    workload.addEnvironment("SENTILOOP_DYNAMODB", "aws");
    workload.addEnvironment("SENTILOOP_TABLE_PREFIX", this.#prefix);
    const { predictions, operations } = this;
    const resources = {
      predictions: [predictions.tableArn],
      indexes: this.indexNames.map((name) => `${predictions.tableArn}/index/${name}`),
      operations: [operations.tableArn],
    };
    for (const [name, resourceArns] of Object.entries(resources)) {
      const allowed = actions[name as keyof TableActions].map((action) => `dynamodb:${action}`);
      if (allowed.length > 0) Grant.addToPrincipal({ grantee: workload, actions: allowed, resourceArns });
    }
  }
}

const SHARD = { name: "shard", type: AttributeType.NUMBER };

const INDEXES = [
  {
    indexName: "by-time",
    partitionKey: SHARD,
    sortKey: { name: "id", type: AttributeType.STRING },
    projectionType: ProjectionType.INCLUDE,
    nonKeyAttributes: ["status", "label", "modelVersion", "verifiedAt"],
  },
  reviewIndex("by-doubt", "doubtRank"),
  reviewIndex("by-chance", "chanceRank"),
];

/** Holds the predictions that nobody has judged, which alone have a rank. */
function reviewIndex(indexName: string, rank: string) {
  return {
    indexName,
    partitionKey: SHARD,
    sortKey: { name: rank, type: AttributeType.STRING },
    projectionType: ProjectionType.KEYS_ONLY,
  };
}

/** People's decisions cannot be made again: the tables survive the stack and go back to any second of 35 days. */
function keptUnless(expendable: boolean): Partial<TablePropsV2> {
  return {
    billing: Billing.onDemand(),
    deletionProtection: !expendable,
    encryption: TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: expendable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  };
}
