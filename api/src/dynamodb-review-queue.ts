import { randomBytes } from "node:crypto";
import { type DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { batchGet } from "./dynamodb-batch-get.js";
import { DynamoDBDoubtReader } from "./dynamodb-doubt-reader.js";
import { fromItem, type PredictionItem } from "./dynamodb-item.js";
import type { DynamoDBJudgedTexts } from "./dynamodb-judged-texts.js";
import { CHANCE_INDEX, LISTING_SHARDS, type TableNames } from "./dynamodb-tables.js";
import type { Prediction } from "./prediction.js";
import { textFingerprint } from "./text-fingerprint.js";

/**
 * Every fifth place of the queue is drawn at random; of those that are left over at its end, which are fewer, the last
 * one as often as makes it one in five again. So whoever asks for one at a time gets a random one now and then too.
 */
const RANDOM_EVERY = 5;

/** Entries of each shard that a round reads beyond those asked for, and how many rounds there may be. */
const SPARE_ENTRIES = 15;
const MAX_ROUNDS = 6;

/** Predictions that are looked at for each random place: some are copies of others. */
const DRAWN_A_PLACE = 4;

export interface ReviewQueueParts {
  client: DynamoDBDocumentClient;
  tables: TableNames;
  judged: DynamoDBJudgedTexts;
}

interface Candidate {
  prediction: Prediction;
  fingerprint: string;
}

/** In the order in which they are to be shown: predictions of texts that nobody judged, and those of judged ones. */
interface Candidates {
  fresh: Candidate[];
  copies: Candidate[];
}

/** Chooses PENDING predictions to be judged next, by a bounded number of reads. */
export class DynamoDBReviewQueue {
  constructor(private readonly parts: ReviewQueueParts) {}

  /** See `PredictionStore.reviewQueue`. */
  async read(first: number): Promise<Prediction[]> {
    const places = randomPlaces(first);
    const [doubted, drawn] = await Promise.all([this.byDoubt(first), this.byChance(places.size * DRAWN_A_PLACE)]);
    const queue = arranged(doubted.fresh, drawn.fresh, { first, places });
    return queue.length > 0 ? queue : arranged(doubted.copies, drawn.copies, { first, places });
  }

  private async byDoubt(first: number): Promise<Candidates> {
    const reader = new DynamoDBDoubtReader(this.parts.client, this.parts.tables.predictions);
    const found: Candidates = { fresh: [], copies: [] };
    for (let round = 0; round < MAX_ROUNDS && found.fresh.length < first && !reader.exhausted; round += 1) {
      await this.sort(await reader.next(first + SPARE_ENTRIES), found, first);
    }
    if (found.fresh.length < first) await this.sort(reader.rest(), found, first);
    return found;
  }

  private async byChance(count: number): Promise<Candidates> {
    const found: Candidates = { fresh: [], copies: [] };
    if (count > 0) await this.sort(shuffled(await this.draw(count)), found, count);
    return found;
  }

  /** Adds to `found` the predictions of these entries that are PENDING still, until it holds enough fresh ones. */
  private async sort(entries: readonly { id: string }[], found: Candidates, enough: number): Promise<void> {
    const { client, tables, judged } = this.parts;
    for (let start = 0; start < entries.length && found.fresh.length < enough; start += enough) {
      const keys = entries.slice(start, start + enough).map(({ id }) => ({ id }));
      const items = await batchGet<PredictionItem>(client, tables.predictions, keys);
      const byId = new Map(items.map((item) => [item.id, fromItem(item)]));
      const pending = keys
        .flatMap(({ id }) => byId.get(id) ?? [])
        .filter(({ status }) => status === "PENDING")
        .map((prediction): Candidate => ({ prediction, fingerprint: textFingerprint(prediction.text) }));
      const known = await judged.among(pending.map(({ fingerprint }) => fingerprint));
      for (const candidate of pending) (known.has(candidate.fingerprint) ? found.copies : found.fresh).push(candidate);
    }
  }

  /** Entries that follow a random point of the index by chance, which closes to a ring. */
  private async draw(count: number): Promise<{ id: string }[]> {
    const point = randomBytes(8).toString("hex");
    const behind = await this.readChance("chanceRank >= :point", point, count);
    const before = behind.length < count ? await this.readChance("chanceRank < :point", point, count) : [];
    return [...behind, ...before].slice(0, count);
  }

  private async readChance(condition: string, point: string, count: number): Promise<{ id: string }[]> {
    const shards = await Promise.all(
      Array.from({ length: LISTING_SHARDS }, async (_, shard) => {
        const { Items = [] } = await this.parts.client.send(
          new QueryCommand({
            TableName: this.parts.tables.predictions,
            IndexName: CHANCE_INDEX,
            KeyConditionExpression: `#shard = :shard AND ${condition}`,
            ExpressionAttributeNames: { "#shard": "shard" },
            ExpressionAttributeValues: { ":shard": shard, ":point": point },
            Limit: count,
          }),
        );
        return Items as { id: string; chanceRank: string }[];
      }),
    );
    return shards.flat().sort((a, b) => (a.chanceRank < b.chanceRank ? -1 : 1));
  }
}

/** The places that are drawn at random, from 1 on. */
function randomPlaces(first: number): ReadonlySet<number> {
  const places = Array.from({ length: Math.floor(first / RANDOM_EVERY) }, (_, index) => (index + 1) * RANDOM_EVERY);
  const isLastDrawn = Math.random() < (first % RANDOM_EVERY) / RANDOM_EVERY;
  return new Set(isLastDrawn ? [...places, first] : places);
}

/** The queue: by doubt, but for the random places; each text once. */
function arranged(
  doubted: readonly Candidate[],
  drawn: readonly Candidate[],
  { first, places }: { first: number; places: ReadonlySet<number> },
): Prediction[] {
  const queue: Prediction[] = [];
  const shown = new Set<string>();
  const byDoubt = doubted.values();
  const byChance = drawn.values();
  const take = (candidates: IterableIterator<Candidate>): boolean => {
    for (let { value: next } = candidates.next(); next !== undefined; { value: next } = candidates.next()) {
      if (shown.has(next.fingerprint)) continue;
      shown.add(next.fingerprint);
      queue.push(next.prediction);
      return true;
    }
    return false;
  };
  for (let place = 1; place <= first; place += 1) {
    const [preferred, other] = places.has(place) ? [byChance, byDoubt] : [byDoubt, byChance];
    if (!take(preferred) && !take(other)) break;
  }
  return queue;
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}
