import { type DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { fingerprintIn } from "./dynamodb-item.js";
import { DOUBT_INDEX, LISTING_SHARDS } from "./dynamodb-tables.js";

/** A PENDING prediction as the index by doubt holds it. */
export interface DoubtEntry {
  id: string;
  doubtRank: string;
}

/** How far one shard has been read. */
interface Shard {
  number: number;
  /** Everything up to this rank has been looked at. */
  readUpTo: string;
  exhausted: boolean;
}

/** Sorts before every rank; DynamoDB takes no empty key. */
const BEFORE_ALL = "!";

/**
 * Reads the index by doubt from the most uncertain prediction on, one of each fingerprint: each round reads all
 * shards a bit further and gives the entries that are certain to come next.
 */
export class DynamoDBDoubtReader {
  private readonly shards = Array.from(
    { length: LISTING_SHARDS },
    (_, number): Shard => ({ number, readUpTo: BEFORE_ALL, exhausted: false }),
  );
  private readonly seen = new Set<string>();
  /** What was read but may have to wait for entries of other shards. */
  private read: DoubtEntry[] = [];

  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  /** Whether nothing is left to read. */
  get exhausted(): boolean {
    return this.shards.every(({ exhausted }) => exhausted);
  }

  /** The entries that come next, of which there may be none when only copies of earlier ones were found. */
  async next(entriesOfAShard: number): Promise<DoubtEntry[]> {
    const unread = this.shards.filter(({ exhausted }) => !exhausted);
    const entries = await Promise.all(unread.map((shard) => this.readShard(shard, entriesOfAShard)));
    this.read.push(...entries.flat());
    const certainUpTo = this.shards
      .filter(({ exhausted }) => !exhausted)
      .reduce<string | undefined>((least, { readUpTo }) => (least && least < readUpTo ? least : readUpTo), undefined);
    return this.take(({ doubtRank }) => certainUpTo === undefined || doubtRank <= certainUpTo);
  }

  /** What was read and not given, although an entry that was not read may belong before it. */
  rest(): DoubtEntry[] {
    return this.take(() => true);
  }

  private take(isNext: (entry: DoubtEntry) => boolean): DoubtEntry[] {
    const taken = this.read.filter(isNext).sort((a, b) => (a.doubtRank < b.doubtRank ? -1 : 1));
    this.read = this.read.filter((entry) => !isNext(entry));
    return taken.filter(({ doubtRank }) => {
      const fingerprint = fingerprintIn(doubtRank);
      return !this.seen.has(fingerprint) && this.seen.add(fingerprint);
    });
  }

  private async readShard(shard: Shard, limit: number): Promise<DoubtEntry[]> {
    const { Items = [], LastEvaluatedKey } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        IndexName: DOUBT_INDEX,
        // Copies of a text have the same rank: reading on behind it passes over all of them at once.
        KeyConditionExpression: "#shard = :shard AND doubtRank > :rank",
        ExpressionAttributeNames: { "#shard": "shard" },
        ExpressionAttributeValues: { ":shard": shard.number, ":rank": shard.readUpTo },
        Limit: limit,
      }),
    );
    const entries = Items as DoubtEntry[];
    shard.readUpTo = entries.at(-1)?.doubtRank ?? shard.readUpTo;
    shard.exhausted = LastEvaluatedKey === undefined;
    return entries;
  }
}
