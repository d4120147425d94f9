import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Construct } from "constructs";

/** People's decisions cannot be made again: the tables survive the stack and go back to any second of 35 days. */
const KEPT = {
  billing: Billing.onDemand(),
  deletionProtection: true,
  encryption: TableEncryptionV2.awsManagedKey(),
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  removalPolicy: RemovalPolicy.RETAIN,
};

/** The two tables that the api works with. Their keys must be those of api/src/dynamodb-tables.ts; a test compares them. */
export class Tables extends Construct {
  constructor(scope: Construct, id: string, { prefix }: { prefix: string }) {
    super(scope, id);
    new TableV2(this, "Predictions", {
      ...KEPT,
      tableName: `${prefix}predictions`,
      partitionKey: { name: "id", type: AttributeType.STRING },
      globalSecondaryIndexes: [
        {
          indexName: "by-time",
          partitionKey: { name: "shard", type: AttributeType.NUMBER },
          sortKey: { name: "id", type: AttributeType.STRING },
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: ["status", "label", "modelVersion", "verifiedAt"],
        },
      ],
    });
    new TableV2(this, "Operations", {
      ...KEPT,
      tableName: `${prefix}operations`,
      partitionKey: { name: "key", type: AttributeType.STRING },
      timeToLiveAttribute: "expiresAt",
    });
  }
}
