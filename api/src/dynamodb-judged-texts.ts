import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { batchGet } from "./dynamodb-batch-get.js";
import type { TableNames } from "./dynamodb-tables.js";

const KEY_PREFIX = "judged-text#";

/**
 * Remembers by fingerprint which texts somebody has judged, so that the review queue need not show copies of
 * them. It is a hint and no more: after a crash one may be missing, and taking back one of two decisions on
 * copies of a text forgets both. Then a copy is shown once more.
 */
export class DynamoDBJudgedTexts {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tables: TableNames,
  ) {}

  async note(fingerprint: string): Promise<void> {
    const Item = { key: KEY_PREFIX + fingerprint };
    await this.client.send(new PutCommand({ TableName: this.tables.operations, Item }));
  }

  async forget(fingerprint: string): Promise<void> {
    const Key = { key: KEY_PREFIX + fingerprint };
    await this.client.send(new DeleteCommand({ TableName: this.tables.operations, Key }));
  }

  /** Those of the fingerprints whose text was judged. */
  async among(fingerprints: readonly string[]): Promise<Set<string>> {
    const keys = [...new Set(fingerprints)].map((fingerprint) => ({ key: KEY_PREFIX + fingerprint }));
    const items = await batchGet<{ key: string }>(this.client, this.tables.operations, keys);
    return new Set(items.map(({ key }) => key.slice(KEY_PREFIX.length)));
  }
}
