import type { CreateTableCommandInput, GlobalSecondaryIndex } from "@aws-sdk/client-dynamodb";

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

/** The PENDING predictions alone, for the review queue: by their doubt, and by a number drawn once for each. */
export const DOUBT_INDEX = "by-doubt";
export const CHANCE_INDEX = "by-chance";

/** The definitions of both tables, as CreateTable takes them. */
export function tableDefinitions(names: TableNames): CreateTableCommandInput[] {
  return [
    {
      TableName: names.predictions,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "shard", AttributeType: "N" },
        { AttributeName: "doubtRank", AttributeType: "S" },
        { AttributeName: "chanceRank", AttributeType: "S" },
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
        reviewIndex(DOUBT_INDEX, "doubtRank"),
        reviewIndex(CHANCE_INDEX, "chanceRank"),
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

/** An item has a rank while it is PENDING only, and an index holds only the items that have its key. */
function reviewIndex(IndexName: string, rank: string): GlobalSecondaryIndex {
  return {
    IndexName,
    KeySchema: [
      { AttributeName: "shard", KeyType: "HASH" },
      { AttributeName: rank, KeyType: "RANGE" },
    ],
    Projection: { ProjectionType: "KEYS_ONLY" },
  };
}
