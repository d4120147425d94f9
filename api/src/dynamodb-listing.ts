import { type DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { filterExpression, idRange, selectsNothing } from "./dynamodb-selection.js";
import { LISTING_INDEX, LISTING_SHARDS } from "./dynamodb-tables.js";
import type { PageRequest } from "./prediction-store.js";

/** A page's ids, newest first; see `Page` for the other fields. */
export interface IdPage {
  ids: string[];
  hasNextPage: boolean;
  end: string | undefined;
}

/** How many index entries of one shard a later round looks at, and how many rounds a page may take. */
const ENTRIES_A_ROUND = 500;
const MAX_ROUNDS = 4;

/** How far one shard has been read. */
interface Shard {
  number: number;
  /** Everything above this id has been looked at; undefined once the shard is exhausted. */
  readDownTo: string | undefined;
}

/**
 * Finds a page's ids by merging the shards of the listing index. Each round reads every shard a bit further
 * down; an id is certain once all shards have been read down to it. A filter that lets little pass ends the
 * page after a bounded number of rounds instead of reading the whole index.
 */
export async function listIds(client: DynamoDBDocumentClient, table: string, request: PageRequest): Promise<IdPage> {
  const range = idRange(request.selection, request.after);
  if (range.from >= range.to || selectsNothing(request.selection))
    return { ids: [], hasNextPage: false, end: undefined };
  const shards = Array.from({ length: LISTING_SHARDS }, (_, number): Shard => ({ number, readDownTo: range.to }));
  const found: string[] = [];
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const limit = round === 0 ? request.first + 2 : ENTRIES_A_ROUND;
    const unread = shards.filter((shard) => shard.readDownTo !== undefined);
    const read = await Promise.all(
      unread.map((shard) => readShard(client, { table, request, shard, from: range.from, limit })),
    );
    found.push(...read.flat().filter((id) => id !== range.to));
    const page = certainPage(found, certainDownTo(shards), request.first);
    if (page.ids.length === request.first || certainDownTo(shards) === undefined) return page;
  }
  return certainPage(found, certainDownTo(shards), request.first);
}

interface ShardRead {
  table: string;
  request: PageRequest;
  shard: Shard;
  from: string;
  limit: number;
}

async function readShard(client: DynamoDBDocumentClient, read: ShardRead): Promise<string[]> {
  const { shard } = read;
  const filter = filterExpression(read.request.selection);
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      ...filter,
      TableName: read.table,
      IndexName: LISTING_INDEX,
      ExpressionAttributeNames: { ...filter.ExpressionAttributeNames, "#shard": "shard" },
      KeyConditionExpression: "#shard = :shard AND id BETWEEN :from AND :to",
      ExpressionAttributeValues: {
        ...filter.ExpressionAttributeValues,
        ":shard": shard.number,
        ":from": read.from,
        ":to": shard.readDownTo,
      },
      ScanIndexForward: false,
      Limit: read.limit,
    }),
  );
  const previous = shard.readDownTo;
  shard.readDownTo = LastEvaluatedKey?.id as string | undefined;
  return Items.map((item) => item.id as string).filter((id) => id !== previous);
}

/** The id down to which all shards have been read; undefined when all are exhausted. */
function certainDownTo(shards: readonly Shard[]): string | undefined {
  return shards.reduce<string | undefined>((highest, { readDownTo }) => {
    if (readDownTo === undefined) return highest;
    return highest === undefined || readDownTo > highest ? readDownTo : highest;
  }, undefined);
}

function certainPage(found: readonly string[], downTo: string | undefined, first: number): IdPage {
  const certain = found
    .filter((id) => downTo === undefined || id >= downTo)
    .sort()
    .reverse();
  const ids = certain.slice(0, first);
  const full = certain.length > first || (ids.length === first && downTo !== undefined);
  return {
    ids,
    hasNextPage: certain.length > first || downTo !== undefined,
    end: full || downTo === undefined ? ids.at(-1) : downTo,
  };
}
