import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { EMOTIONS, type Emotion } from "@sentiloop/inference/contract";
import { ulid } from "ulid";
import { batchGet } from "./dynamodb-batch-get.js";
import { ALL_VERSIONS, addTo, cell, counterKey, type FeedbackCells, ofVersion } from "./dynamodb-feedback-cells.js";
import { DynamoDBFeedbackEpochs, type FeedbackEpoch, type FeedbackEpochs } from "./dynamodb-feedback-epochs.js";
import type { TableNames } from "./dynamodb-tables.js";
import type { FeedbackCount } from "./prediction-store.js";

/** A stored prediction that moved from one cell of the summary to another. */
export interface FeedbackChange {
  modelVersion: string;
  predicted: Emotion;
  /** The verified emotion before; null while PENDING, undefined when the prediction is new. */
  from: Emotion | null | undefined;
  to: Emotion | null;
  /** When, in milliseconds since 1970, as the prediction's item says it. */
  at: number;
}

/** One DynamoDB partition takes about 1,000 writes a second; a process always writes to the same shard. */
const SHARDS = 8;

/** How long a change may wait in memory for others to be written with it, in milliseconds. */
export const COUNT_EVERY = 250;

/** How old may be what is known of the epochs, in milliseconds; an epoch is announced longer before it begins. */
const EPOCHS_VALID = 1000;

/** No model version has a longer name, and a key of DynamoDB holds 2,048 bytes. */
const MAX_VERSION_NAME = 255;

interface CounterWrite {
  key: string;
  cells: FeedbackCells;
  /** Kept in the counter, so that a write whose answer was lost is not applied twice. */
  id: string;
}

/**
 * Counts what people made of predictions, in a constant number of items however many predictions there are.
 *
 * A change is counted after its prediction was written: it is noted in memory at once and added to the counters
 * within `COUNT_EVERY` milliseconds, in one update with all that came meanwhile, and at the latest by `flush`.
 * What is guaranteed:
 * - a process that reads sees all that it has acknowledged itself; others see it `COUNT_EVERY` later
 * - a change that was noted is added once, also when the database's answer is lost and the update sent again
 * - a process that is killed loses what it has not added yet, at most `COUNT_EVERY` of its work. Then the counters
 *   are off by that until `recountFeedback`, which makes them exact while others go on writing.
 */
export class DynamoDBFeedbackCounters {
  private readonly epochs: DynamoDBFeedbackEpochs;
  private readonly shard = Math.floor(Math.random() * SHARDS);
  private noted: FeedbackChange[] = [];
  /** Writes that have failed, or may have; they come before any others. */
  private unfinished: CounterWrite[] = [];
  private flushing: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private known: { epochs: FeedbackEpochs; at: number } | undefined;

  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tables: TableNames,
  ) {
    this.epochs = new DynamoDBFeedbackEpochs(client, tables);
  }

  /** Notes a change whose prediction is stored. */
  note(change: FeedbackChange): void {
    this.noted.push(change);
    // What cannot be written stays noted until the next change, read or `flush`.
    this.timer ??= setTimeout(() => void this.flush().catch(() => {}), COUNT_EVERY).unref();
  }

  /** The counts of a model version, or of all. */
  async read(modelVersion: string | undefined): Promise<FeedbackCount[]> {
    if (modelVersion !== undefined && modelVersion.length > MAX_VERSION_NAME) return [];
    await this.flush();
    const { current, next } = await this.epochs.read();
    const scope = modelVersion === undefined ? ALL_VERSIONS : ofVersion(modelVersion);
    const cells = await this.readCells([current, ...(next ? [next] : [])], scope);
    return EMOTIONS.flatMap((predicted) =>
      [null, ...EMOTIONS].flatMap((verified) => {
        const count = cells.get(cell(predicted, verified)) ?? 0;
        return count > 0 ? [{ predicted, verified, count }] : [];
      }),
    );
  }

  /** The sums of the counters of these epochs, of the first one with its base. */
  async readCells([first, ...further]: readonly FeedbackEpoch[], scope: string): Promise<FeedbackCells> {
    const shards = Array.from({ length: SHARDS }, (_, shard) => String(shard));
    const keys = [
      ...(first ? ["base", ...shards].map((part) => counterKey(first, scope, part)) : []),
      ...further.flatMap((epoch) => shards.map((part) => counterKey(epoch, scope, part))),
    ];
    const items = await batchGet<Record<string, unknown>>(
      this.client,
      this.tables.operations,
      keys.map((key) => ({ key })),
    );
    const sums: FeedbackCells = new Map();
    for (const [name, value] of items.flatMap(Object.entries)) {
      if (typeof value === "number") addTo(sums, name, value);
    }
    return sums;
  }

  /** Adds all that is noted to the counters. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.flushing = this.flushing.catch(() => {}).then(() => this.writeNoted());
    return this.flushing;
  }

  private async writeNoted(): Promise<void> {
    await this.finishWrites();
    if (this.noted.length === 0) return;
    const epochs = await this.knownEpochs();
    const changes = this.noted;
    this.noted = [];
    this.unfinished = this.writesOf(changes, epochs);
    await this.finishWrites();
  }

  private async finishWrites(): Promise<void> {
    await Promise.all(
      this.unfinished.map(async (write) => {
        await this.apply(write);
        this.unfinished = this.unfinished.filter((each) => each !== write);
      }),
    );
  }

  private async knownEpochs(): Promise<FeedbackEpochs> {
    if (this.known === undefined || performance.now() - this.known.at > EPOCHS_VALID) {
      const at = performance.now();
      this.known = { epochs: await this.epochs.read(), at };
    }
    return this.known.epochs;
  }

  /** A change older than the current epoch needs no counting: the base was counted after it was stored. */
  private writesOf(changes: readonly FeedbackChange[], { current, next }: FeedbackEpochs): CounterWrite[] {
    const counters = new Map<string, FeedbackCells>();
    for (const change of changes) {
      const epoch = next !== undefined && isWithin(change, next) ? next : current;
      if (!isWithin(change, epoch)) continue;
      for (const scope of [ALL_VERSIONS, ofVersion(change.modelVersion)]) {
        const key = counterKey(epoch, scope, String(this.shard));
        const cells = counters.get(key) ?? new Map();
        if (change.from !== undefined) addTo(cells, cell(change.predicted, change.from), -1);
        addTo(cells, cell(change.predicted, change.to), 1);
        counters.set(key, cells);
      }
    }
    return [...counters].map(([key, cells]) => ({ key, cells, id: ulid() }));
  }

  private async apply({ key, cells, id }: CounterWrite): Promise<void> {
    const changed = [...cells].filter(([, count]) => count !== 0);
    if (changed.length === 0) return;
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.tables.operations,
          Key: { key },
          UpdateExpression: `ADD ${changed.map((_, index) => `#c${index} :c${index}`).join(", ")} SET lastWrite = :id`,
          ConditionExpression: "attribute_not_exists(lastWrite) OR lastWrite <> :id",
          ExpressionAttributeNames: Object.fromEntries(changed.map(([name], index) => [`#c${index}`, name])),
          ExpressionAttributeValues: {
            ":id": id,
            ...Object.fromEntries(changed.map(([, count], index) => [`:c${index}`, count])),
          },
        }),
      );
    } catch (error) {
      // It was applied and its answer got lost, so the client sent it again.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}

function isWithin({ at }: FeedbackChange, { from }: FeedbackEpoch): boolean {
  return from === undefined || at >= from;
}
