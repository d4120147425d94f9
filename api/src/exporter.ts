import type { Logger } from "pino";
import * as z from "zod";
import type { ExportJob } from "./dataset-export.js";
import { EXPORT_JOB_KEY_PREFIX } from "./dynamodb-export-job-store.js";
import type { ExportJobStore } from "./export-job-store.js";
import type { PartwiseExport } from "./partwise-export.js";

/** What DynamoDB tells of new items of the table of operations. */
const eventSchema = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({ SequenceNumber: z.string(), Keys: z.object({ key: z.object({ S: z.string() }) }) }),
    }),
  ),
});

/** What is to be told again, by its number; Lambda calls the function with it anew. */
export interface Unfinished {
  batchItemFailures: { itemIdentifier: string }[];
}

export interface ExporterParts {
  jobs: ExportJobStore;
  partwise: Pick<PartwiseExport, "run">;
  log: Logger;
}

/** Runs the exports that DynamoDB tells of, as far as one call of a function goes. */
export class Exporter {
  constructor(private readonly parts: ExporterParts) {}

  /**
   * @param event new items of the table of operations, as a DynamoDB stream tells of them
   * @returns what there was no time for
   * @throws when an export fails, after it was stored that it has; told again, it is passed over
   */
  async handle(event: unknown, timeIsUp: AbortSignal): Promise<Unfinished> {
    const unfinished: Unfinished = { batchItemFailures: [] };
    for (const { dynamodb } of eventSchema.parse(event).Records) {
      const key = dynamodb.Keys.key.S;
      if (!key.startsWith(EXPORT_JOB_KEY_PREFIX)) continue;
      if (!(await this.run(key.slice(EXPORT_JOB_KEY_PREFIX.length), timeIsUp)))
        unfinished.batchItemFailures.push({ itemIdentifier: dynamodb.SequenceNumber });
    }
    return unfinished;
  }

  private async run(id: string, timeIsUp: AbortSignal): Promise<boolean> {
    const job = await this.parts.jobs.find(id);
    if (job?.status !== "RUNNING") return true;
    try {
      return await this.parts.partwise.run(job, timeIsUp);
    } catch (error) {
      await this.fail(job);
      throw error;
    }
  }

  private async fail(job: ExportJob): Promise<void> {
    this.parts.log.error({ exportId: job.id }, "export failed");
    job.status = "FAILED";
    job.error = "The export stopped because of a fault on our side; the data is safe. Start another export.";
    await this.parts.jobs.save(job);
  }
}
