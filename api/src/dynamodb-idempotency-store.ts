import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { TableNames } from "./dynamodb-tables.js";
import type { IdempotencyClaim, IdempotencyStore } from "./idempotency-store.js";

/** How long an idempotency key is kept, in seconds: two days. */
const IDEMPOTENCY_SECONDS = 2 * 24 * 3600;

/** Keeps idempotency keys in the table of operations, whose items expire. */
export class DynamoDBIdempotencyStore implements IdempotencyStore {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tables: TableNames,
  ) {}

  async claim(key: string, claim: IdempotencyClaim): Promise<IdempotencyClaim> {
    const now = Math.floor(Date.now() / 1000);
    const Item = { key: `idempotency#${key}`, ...claim, expiresAt: now + IDEMPOTENCY_SECONDS };
    try {
      await this.client.send(
        new PutCommand({
          TableName: this.tables.operations,
          Item,
          ConditionExpression: "attribute_not_exists(#key) OR expiresAt < :now",
          ExpressionAttributeNames: { "#key": "key" },
          ExpressionAttributeValues: { ":now": now },
        }),
      );
      return claim;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const stored = await this.client.send(
        new GetCommand({ TableName: this.tables.operations, Key: { key: Item.key }, ConsistentRead: true }),
      );
      return (stored.Item as IdempotencyClaim | undefined) ?? claim;
    }
  }
}
