import { createHash } from "node:crypto";
import { once } from "node:events";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { createDatasetWriter, datasetRecord } from "@sentiloop/inference/contract";
import type { ExportJob } from "./dataset-export.js";
import type { ExportJobStore } from "./export-job-store.js";
import type { ExportParts } from "./export-parts.js";
import type { ExportStore } from "./export-store.js";
import type { PredictionStore } from "./prediction-store.js";

/** The table is read in this many parts; each is stored by itself when it is done, and never read again. */
export const PARTS = 64;

export interface PartwiseExportParts {
  predictions: PredictionStore;
  jobs: ExportJobStore;
  files: ExportStore & ExportParts;
}

/**
 * Writes an export in parts, by as many calls as it takes: what is done is remembered in the job. The file is put
 * together at the end, which needs no look into the rows and goes as fast as the store does.
 */
export class PartwiseExport {
  constructor(private readonly stores: PartwiseExportParts) {}

  /**
   * Goes on with a job.
   * @param timeIsUp when it is aborted, what is not done is left for the next call
   * @returns whether the job is done
   */
  async run(job: ExportJob, timeIsUp: AbortSignal): Promise<boolean> {
    try {
      for (let part = job.partsDone ?? 0; part < PARTS; part += 1) {
        timeIsUp.throwIfAborted();
        await this.writePart(job, part, timeIsUp);
      }
      await this.putTogether(job, timeIsUp);
    } catch (error) {
      if (timeIsUp.aborted) return false;
      throw error;
    }
    await this.stores.jobs.save(job);
    return true;
  }

  private async writePart(job: ExportJob, part: number, signal: AbortSignal): Promise<void> {
    const csv = createDatasetWriter(job.dialect);
    let rowCount = 0;
    const fill = async () => {
      const wanted = { segment: part, segments: PARTS, selection: job.selection };
      for await (const rows of this.stores.predictions.scan(wanted)) {
        signal.throwIfAborted();
        for (const row of rows) csv.write(datasetRecord(row));
        rowCount += rows.length;
        if (csv.writableNeedDrain) await once(csv, "drain", { signal });
      }
      csv.end();
    };
    const filled = fill().catch((error) => void csv.destroy(error));
    await Promise.all([this.stores.files.writePart(job.id, part, csv), filled]);
    // Only now: a part that is written twice is the same part, a part that counts twice is not.
    job.partsDone = part + 1;
    job.rowCount += rowCount;
    job.progress = (part + 1) / (PARTS + 1);
    await this.stores.jobs.save(job);
  }

  private async putTogether(job: ExportJob, signal: AbortSignal): Promise<void> {
    const header = await headerOf(job);
    const digest = createHash("sha256");
    let byteCount = 0;
    const parts = async function* (files: ExportParts) {
      yield header;
      for (let part = 0; part < PARTS; part += 1) yield* withoutHeader(await files.readPart(job.id, part), header);
    };
    const measured = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        signal.throwIfAborted();
        digest.update(chunk);
        byteCount += chunk.length;
        yield chunk;
      }
    };
    const content = Readable.from(measured(parts(this.stores.files)), { objectMode: false });
    await this.stores.files.write(job.id, content);
    Object.assign(job, { byteCount, sha256: digest.digest("hex"), progress: 1, status: "READY" });
  }
}

/** What every part begins with: the header line, and the byte order mark where there is one. */
function headerOf({ dialect }: ExportJob): Promise<Buffer> {
  const csv = createDatasetWriter(dialect);
  csv.end();
  return buffer(csv);
}

async function* withoutHeader(part: Readable, header: Buffer): AsyncGenerator<Buffer> {
  let left = header.length;
  for await (const chunk of part as AsyncIterable<Buffer>) {
    const skipped = Math.min(left, chunk.length);
    left -= skipped;
    if (chunk.length > skipped) yield chunk.subarray(skipped);
  }
}
