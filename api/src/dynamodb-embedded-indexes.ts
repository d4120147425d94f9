import type { CreateTableCommandInput, GlobalSecondaryIndex } from "@aws-sdk/client-dynamodb";
import { Level } from "level";

/** A table as dynalite keeps it on disk: what CreateTable got, and what it has added. */
type StoredTable = Pick<CreateTableCommandInput, "AttributeDefinitions" | "GlobalSecondaryIndexes">;

/**
 * Gives tables that an earlier version made on disk the indexes that they lack. dynalite takes an UpdateTable that
 * is to create an index, and does nothing; so its description of the table is changed, in one write, while nobody
 * has it open. Such an index is empty until items get its keys, which an earlier version cannot have written.
 * @param path the folder of dynalite's LevelDB
 * @returns the names of the indexes that were added
 */
export async function addMissingIndexes(
  path: string,
  definitions: readonly CreateTableCommandInput[],
): Promise<string[]> {
  const database = new Level<string, StoredTable>(path, { valueEncoding: "json" });
  const added: string[] = [];
  try {
    for (const definition of definitions) {
      const key = `table~${definition.TableName}`;
      const table = await database.get(key);
      const there = new Set(table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName));
      const missing = (definition.GlobalSecondaryIndexes ?? []).filter(({ IndexName }) => !there.has(IndexName));
      if (table === undefined || missing.length === 0) continue;
      const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...missing.map(asStored)];
      const { AttributeDefinitions } = definition;
      await database.put(key, { ...table, AttributeDefinitions, GlobalSecondaryIndexes: indexes }, { sync: true });
      added.push(...missing.map(({ IndexName }) => IndexName ?? ""));
    }
  } finally {
    await database.close();
  }
  return added;
}

/** An index as dynalite keeps it once CreateTable has ended. */
function asStored(index: GlobalSecondaryIndex) {
  const ProvisionedThroughput = { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 };
  return { ...index, IndexSizeBytes: 0, ItemCount: 0, IndexStatus: "ACTIVE", ProvisionedThroughput };
}
