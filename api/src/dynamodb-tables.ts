import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";

/** The two tables, by what their names end in; a configurable prefix tells stages apart. */
export interface TableNames {
  predictions: string;
  operations: string;
}

export function tableNames(prefix: string): TableNames {
  return { predictions: `${prefix}predictions`, operations: `${prefix}operations` };
}

/**
 * One GSI partition takes about 1,000 writes a second, so the listing is spread over this many. Stored with
 * every item: it can be raised (old items stay where they are), never lowered.
 */
export const LISTING_SHARDS = 8;

export const LISTING_INDEX = "by-time";

/** What the listing index copies of an item, so that filters cost no reads of the table. */
const LISTING_ATTRIBUTES = ["status", "label", "modelVersion", "verifiedAt"];

/** The definitions of both tables, as CreateTable takes them. */
export function tableDefinitions(names: TableNames): CreateTableCommandInput[] {
  return [
    {
      TableName: names.predictions,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "shard", AttributeType: "N" },
      ],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: LISTING_INDEX,
          KeySchema: [
            { AttributeName: "shard", KeyType: "HASH" },
            { AttributeName: "id", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: LISTING_ATTRIBUTES },
        },
      ],
    },
    {
      TableName: names.operations,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "key", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "key", KeyType: "HASH" }],
    },
  ];
}
