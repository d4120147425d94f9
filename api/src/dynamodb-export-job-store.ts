import { type DynamoDBDocumentClient, GetCommand, PutCommand, paginateScan } from "@aws-sdk/lib-dynamodb";
import type { ExportJob } from "./dataset-export.js";
import type { TableNames } from "./dynamodb-tables.js";
import type { ExportJobStore } from "./export-job-store.js";

/** What the keys of export jobs begin with; on AWS, by it new jobs are told from other operations. */
export const EXPORT_JOB_KEY_PREFIX = "export#";

/** A job as DynamoDB holds it: as JSON, since nothing is searched in it. */
interface JobItem {
  key: string;
  job: string;
  running: boolean;
  /** In seconds since 1970, as DynamoDB's time to live wants it. */
  expiresAt: number;
}

/** Keeps export jobs in the table of operations, which DynamoDB (or the embedded one's sweeper) empties by expiry. */
export class DynamoDBExportJobStore implements ExportJobStore {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tables: TableNames,
  ) {}

  async save(job: ExportJob): Promise<void> {
    const item: JobItem = {
      key: EXPORT_JOB_KEY_PREFIX + job.id,
      job: JSON.stringify(job),
      running: job.status === "RUNNING",
      expiresAt: Math.ceil(job.expiresAt.getTime() / 1000),
    };
    await this.client.send(new PutCommand({ TableName: this.tables.operations, Item: item }));
  }

  async find(id: string): Promise<ExportJob | undefined> {
    const Key = { key: EXPORT_JOB_KEY_PREFIX + id };
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.tables.operations, Key, ConsistentRead: true }),
    );
    const job = Item && fromItem(Item as JobItem);
    return job && job.expiresAt > new Date() ? job : undefined;
  }

  async running(): Promise<ExportJob[]> {
    const jobs: ExportJob[] = [];
    const pages = paginateScan(
      { client: this.client },
      {
        TableName: this.tables.operations,
        ConsistentRead: true,
        FilterExpression: "begins_with(#key, :prefix) AND running = :running",
        ExpressionAttributeNames: { "#key": "key" },
        ExpressionAttributeValues: { ":prefix": EXPORT_JOB_KEY_PREFIX, ":running": true },
      },
    );
    for await (const { Items = [] } of pages) jobs.push(...Items.map((item) => fromItem(item as JobItem)));
    return jobs;
  }
}

const DATES = new Set(["createdAt", "expiresAt", "createdAfter", "createdBefore", "verifiedAfter", "verifiedBefore"]);

function fromItem(item: JobItem): ExportJob {
  return JSON.parse(item.job, (name, value) => (DATES.has(name) ? new Date(value) : value));
}
