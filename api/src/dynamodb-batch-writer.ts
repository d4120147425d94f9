import { setTimeout } from "node:timers/promises";
import {
  ConditionalCheckFailedException,
  ProvisionedThroughputExceededException,
  ThrottlingException,
} from "@aws-sdk/client-dynamodb";
import { BatchWriteCommand, type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { withoutRetries } from "./dynamodb-client.js";
import { rateLimited } from "./errors.js";

/** The most items of a BatchWriteItem request; DynamoDB takes no more. */
const MAX_ITEMS = 25;

/** Requests on their way at a time. While all are out, further items gather and share the next one. */
const MAX_IN_FLIGHT = 4;

/** Items that may wait before further ones are turned away. */
const MAX_WAITING = 5000;

/** How long an item that DynamoDB puts off is tried again, in milliseconds. */
export const WRITE_DEADLINE = 10_000;

/** Pauses before an item that was put off goes again: doubled each time, and a random part of it; milliseconds. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1000;

/** An item of the table of predictions whose id nobody has used before. */
interface NewItem {
  id: string;
}

interface Waiting {
  item: NewItem;
  deadline: number;
  pause: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Stores new items. Those that come at the same time share a request; each is acknowledged once it is written
 * itself, and fails alone.
 *
 * A batch overwrites what is there, so it is sent again only for items that were certainly not written. When its
 * outcome is unknown, each item goes alone and on condition that it is not there yet: somebody may have seen a
 * stored one by then and decided on it, and that decision must stay.
 */
export class DynamoDBBatchWriter {
  private readonly once: DynamoDBDocumentClient;
  private waiting: Waiting[] = [];
  private inFlight = 0;
  private scheduled = false;

  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {
    this.once = withoutRetries(client);
  }

  /** @throws ClientError RATE_LIMITED when DynamoDB does not take it in time; it is not stored then */
  write(item: NewItem): Promise<void> {
    if (this.waiting.length >= MAX_WAITING) return Promise.reject(tooManyWrites());
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, deadline: Date.now() + WRITE_DEADLINE, pause: FIRST_PAUSE, resolve, reject });
      this.schedule();
    });
  }

  /** Sends at the end of this turn of the event loop, so that all who come within it share a request. */
  private schedule(): void {
    if (this.scheduled || this.inFlight >= MAX_IN_FLIGHT) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      while (this.waiting.length > 0 && this.inFlight < MAX_IN_FLIGHT)
        void this.send(this.waiting.splice(0, MAX_ITEMS));
    });
  }

  private async send(batch: readonly Waiting[]): Promise<void> {
    this.inFlight += 1;
    if (batch.length === 1) await Promise.all(batch.map((each) => this.writeAlone(each)));
    else await this.writeTogether(batch);
    this.inFlight -= 1;
    if (this.waiting.length > 0) this.schedule();
  }

  private async writeTogether(batch: readonly Waiting[]): Promise<void> {
    const requests = batch.map(({ item }) => ({ PutRequest: { Item: item } }));
    try {
      const { UnprocessedItems } = await this.once.send(
        new BatchWriteCommand({ RequestItems: { [this.table]: requests } }),
      );
      const putOff = new Set((UnprocessedItems?.[this.table] ?? []).map(({ PutRequest }) => PutRequest?.Item?.id));
      for (const each of batch) {
        if (putOff.has(each.item.id)) void this.tryAgain(each);
        else each.resolve();
      }
    } catch (error) {
      if (isThrottled(error)) for (const each of batch) void this.tryAgain(each);
      else await Promise.all(batch.map((each) => this.writeAlone(each, error)));
    }
  }

  /** @param failure what went wrong when it was sent together with others */
  private async writeAlone({ item, deadline, resolve, reject }: Waiting, failure?: unknown): Promise<void> {
    if (Date.now() > deadline) return reject(failure ?? tooManyWrites());
    try {
      await this.client.send(
        new PutCommand({ TableName: this.table, Item: item, ConditionExpression: "attribute_not_exists(id)" }),
      );
      resolve();
    } catch (error) {
      // Nobody else uses this id: it was written although the answer was lost.
      if (error instanceof ConditionalCheckFailedException) resolve();
      else reject(isThrottled(error) ? tooManyWrites() : error);
    }
  }

  private async tryAgain(each: Waiting): Promise<void> {
    await setTimeout(each.pause * (0.5 + Math.random() / 2));
    each.pause = Math.min(2 * each.pause, LONGEST_PAUSE);
    if (Date.now() > each.deadline) return each.reject(tooManyWrites());
    this.waiting.push(each);
    this.schedule();
  }
}

function isThrottled(error: unknown): boolean {
  return error instanceof ProvisionedThroughputExceededException || error instanceof ThrottlingException;
}

function tooManyWrites() {
  return rateLimited("The database takes no more predictions at the moment, so this one was not stored.", 1);
}
