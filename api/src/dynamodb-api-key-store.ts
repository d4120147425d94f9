import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { API_KEY_ID, type ApiKey, apiKeyFromJson } from "./api-key.js";
import type { ApiKeyStore } from "./api-key-store.js";
import type { TableNames } from "./dynamodb-tables.js";

const KEY_PREFIX = "api-key#";

/** Holds the ids of all keys, so that listing them does not read the whole table of operations. */
const DIRECTORY = { key: "api-keys" };

/** The most items that BatchGetItem takes. */
const BATCH = 100;

/** Keeps API keys in the table of operations, without the attribute by which its other items expire. */
export class DynamoDBApiKeyStore implements ApiKeyStore {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tables: TableNames,
  ) {}

  async add(key: ApiKey): Promise<void> {
    // The directory first: whatever comes in between, no key works that is not listed.
    await this.client.send(
      new UpdateCommand({
        TableName: this.tables.operations,
        Key: DIRECTORY,
        UpdateExpression: "ADD ids :id",
        ExpressionAttributeValues: { ":id": new Set([key.id]) },
      }),
    );
    await this.put(key);
  }

  async find(id: string): Promise<ApiKey | undefined> {
    if (!API_KEY_ID.test(id)) return undefined;
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.tables.operations, Key: { key: KEY_PREFIX + id }, ConsistentRead: true }),
    );
    return Item && apiKeyFromJson(Item.apiKey);
  }

  async list(): Promise<ApiKey[]> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.tables.operations, Key: DIRECTORY, ConsistentRead: true }),
    );
    const ids = [...((Item?.ids as Set<string> | undefined) ?? [])];
    const keys: ApiKey[] = [];
    for (let start = 0; start < ids.length; start += BATCH)
      keys.push(...(await this.findAll(ids.slice(start, start + BATCH))));
    return keys.sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
  }

  async revoke(id: string): Promise<ApiKey | undefined> {
    const key = await this.find(id);
    if (key === undefined || key.revokedAt !== null) return key;
    const revoked = { ...key, revokedAt: new Date() };
    await this.put(revoked);
    return revoked;
  }

  private async put(key: ApiKey): Promise<void> {
    const Item = { key: KEY_PREFIX + key.id, apiKey: JSON.stringify(key) };
    await this.client.send(new PutCommand({ TableName: this.tables.operations, Item }));
  }

  private async findAll(ids: readonly string[]): Promise<ApiKey[]> {
    const found: ApiKey[] = [];
    const table = this.tables.operations;
    let wanted: Record<string, unknown>[] = ids.map((id) => ({ key: KEY_PREFIX + id }));
    while (wanted.length > 0) {
      const { Responses, UnprocessedKeys } = await this.client.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } } }),
      );
      found.push(...(Responses?.[table] ?? []).map(({ apiKey }) => apiKeyFromJson(apiKey)));
      wanted = UnprocessedKeys?.[table]?.Keys ?? [];
    }
    return found;
  }
}
