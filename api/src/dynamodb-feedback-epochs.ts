import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { TableNames } from "./dynamodb-tables.js";

/** A set of counters: what changed from its beginning on, on top of a base that was counted from the table. */
export interface FeedbackEpoch {
  name: string;
  /** In milliseconds since 1970; undefined when every change from now on belongs to it. */
  from?: number | undefined;
}

/** Which counters hold. */
export interface FeedbackEpochs {
  current: FeedbackEpoch;
  /** Being counted: changes from its beginning on go to it already. */
  next?: FeedbackEpoch | undefined;
  /** Whether the only process that counts has begun and not ended in order; undefined when none ever began. */
  open?: boolean | undefined;
}

/** The counters of a table that was never counted. */
const FIRST: FeedbackEpoch = { name: "first" };

const STATE_KEY = "feedback-counts";

/** The one record that says which counters hold; see `DynamoDBFeedbackCounters`. */
export class DynamoDBFeedbackEpochs {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tables: TableNames,
  ) {}

  async read(): Promise<FeedbackEpochs> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.tables.operations, Key: { key: STATE_KEY }, ConsistentRead: true }),
    );
    return { current: FIRST, ...Item };
  }

  /**
   * Announces the epoch that will follow. One whose counting broke off is taken up again unless `replace`.
   * @returns the one that is announced now
   */
  async announce(next: FeedbackEpoch, { replace }: { replace: boolean }): Promise<FeedbackEpoch> {
    try {
      await this.update(
        "SET #next = :next",
        { ":next": next },
        replace ? undefined : "attribute_not_exists(#next) OR attribute_not_exists(#next.#from)",
      );
      return next;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return (await this.read()).next ?? next;
    }
  }

  /** Makes the epoch that was announced the one that holds. */
  async begin(next: FeedbackEpoch): Promise<void> {
    await this.update("SET #current = :next REMOVE #next", { ":next": next });
  }

  async setOpen(open: boolean): Promise<void> {
    await this.update("SET #open = :open", { ":open": open });
  }

  private async update(UpdateExpression: string, values: Record<string, unknown>, condition?: string): Promise<void> {
    const used = `${UpdateExpression} ${condition}`;
    const names = ["current", "next", "open", "from"].filter((name) => used.includes(`#${name}`));
    await this.client.send(
      new UpdateCommand({
        TableName: this.tables.operations,
        Key: { key: STATE_KEY },
        UpdateExpression,
        ConditionExpression: condition,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: values,
      }),
    );
  }
}
