import { BatchGetCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** The most keys of a BatchGetItem request; DynamoDB takes no more. */
const MAX_KEYS = 100;

/** The items with these keys that are there, read consistently, in no particular order. No key may come twice. */
export async function batchGet<Item>(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly Record<string, string>[],
): Promise<Item[]> {
  const found: Item[] = [];
  let left = [...keys];
  while (left.length > 0) {
    const Keys = left.slice(0, MAX_KEYS);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
    );
    found.push(...((Responses?.[table] ?? []) as Item[]));
    left = [...(UnprocessedKeys?.[table]?.Keys ?? []), ...left.slice(MAX_KEYS)];
  }
  return found;
}
