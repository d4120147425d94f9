import { createHash } from "node:crypto";
import { once } from "node:events";
import { pipeline, Transform, type Writable } from "node:stream";
import { setInterval, setTimeout } from "node:timers/promises";
import { type CsvDialect, createDatasetWriter, datasetRecord } from "@sentiloop/inference/contract";
import pLimit from "p-limit";
import type { Logger } from "pino";
import { isValid, ulid } from "ulid";
import { DatasetExport, type ExportJob } from "./dataset-export.js";
import { rateLimited } from "./errors.js";
import type { ExportJobStore } from "./export-job-store.js";
import type { ExportStore } from "./export-store.js";
import type { PredictionSelection, PredictionStore } from "./prediction-store.js";

/** The table is read in this many parts, so many at a time: progress is the share of parts that are done. */
const SEGMENTS = 32;
const SEGMENTS_AT_A_TIME = 4;

/** Exports that run at a time, and that may wait besides. */
const CONCURRENT = 2;
const MAX_QUEUED = 20;

/** An export that is done within this time is answered READY at once, in milliseconds. */
const QUICK = 1000;

/** How often a running job's progress is stored, in milliseconds. */
const SAVE_EVERY = 500;

/** How long a file is kept, in milliseconds. */
export const EXPORT_LIFETIME = 24 * 3600 * 1000;

/** How many exports are under way in this process. */
export interface ExportLoad {
  running: number;
  waiting: number;
}

export interface ExportServiceParts {
  predictions: PredictionStore;
  jobs: ExportJobStore;
  files: ExportStore;
  log: Logger;
  /** Whether another process runs the jobs that are stored; this one then only answers how far they are. */
  runElsewhere?: boolean | undefined;
}

/** Writes predictions as CSV files, as jobs that outlive the request and a crash. */
export class ExportService {
  private readonly limit = pLimit(CONCURRENT);
  /** The jobs of this process, whose state is newer here than in the store. */
  private readonly live = new Map<string, ExportJob>();
  private readonly stop = new AbortController();

  constructor(private readonly parts: ExportServiceParts) {}

  get load(): ExportLoad {
    return { running: this.limit.activeCount, waiting: this.limit.pendingCount };
  }

  /** Starts an export and answers when it is ready or after a second, whichever is first. */
  async start(selection: PredictionSelection, dialect: CsvDialect): Promise<DatasetExport> {
    if (this.live.size >= CONCURRENT + MAX_QUEUED) {
      throw rateLimited(
        `${this.live.size} exports are under way already. Wait until one is ready, then ask again.`,
        10,
      );
    }
    const job = newJob(selection, dialect);
    if (this.parts.runElsewhere) {
      await this.parts.jobs.save(job);
      return this.describe(job);
    }
    this.live.set(job.id, job);
    await this.parts.jobs.save(job);
    await Promise.race([this.run(job), setTimeout(QUICK, undefined, { ref: false })]);
    return this.describe(job);
  }

  /** The export with this id; undefined when there is none or it has expired. */
  async find(id: string): Promise<DatasetExport | undefined> {
    if (!isValid(id)) return undefined;
    const job = this.live.get(id) ?? (await this.parts.jobs.find(id));
    return job && this.describe(job);
  }

  /** Runs the exports again that a crash or a stop interrupted. Call it once, at the start of the only process. */
  async resume(): Promise<void> {
    for (const job of await this.parts.jobs.running()) {
      this.live.set(job.id, job);
      void this.run(job);
    }
  }

  /** Stops what runs; it stays RUNNING in the store, to be resumed. */
  close(): void {
    this.stop.abort();
  }

  private async describe(job: ExportJob): Promise<DatasetExport> {
    return new DatasetExport(job, job.status === "READY" ? await this.parts.files.url(job.id, job.expiresAt) : null);
  }

  private run(job: ExportJob): Promise<void> {
    return this.limit(async () => {
      try {
        await this.write(job);
        job.status = "READY";
      } catch (error) {
        if (this.stop.signal.aborted) return;
        this.parts.log.error({ err: error, exportId: job.id }, "export failed");
        job.status = "FAILED";
        job.error = "The export stopped because of a fault on our side; the data is safe. Start another export.";
      }
      await this.parts.jobs.save(job).catch((error) => {
        this.parts.log.error({ err: error, exportId: job.id }, "the end of an export could not be stored");
      });
      this.live.delete(job.id);
    });
  }

  private async write(job: ExportJob): Promise<void> {
    Object.assign(job, { progress: 0, rowCount: 0, byteCount: 0 });
    const csv = createDatasetWriter(job.dialect);
    const digest = createHash("sha256");
    const measured = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        digest.update(chunk);
        job.byteCount += chunk.length;
        done(null, chunk);
      },
    });
    // The callback is for the clean-up alone: whoever waits for the file or the rows gets the error.
    const content = pipeline(csv, measured, () => {});
    const done = new AbortController();
    const progress = this.saveProgress(job, done.signal);
    try {
      const rows = this.writeRows(job, csv).catch((error) => void csv.destroy(error));
      await Promise.all([this.parts.files.write(job.id, content), rows]);
    } finally {
      done.abort();
      await progress;
    }
    job.sha256 = digest.digest("hex");
    job.progress = 1;
  }

  /** Stores the progress now and then, never two saves at a time, until `done`. */
  private async saveProgress(job: ExportJob, done: AbortSignal): Promise<void> {
    try {
      for await (const _ of setInterval(SAVE_EVERY, undefined, { signal: done, ref: false }))
        await this.parts.jobs.save(job);
    } catch (error) {
      if (!done.aborted)
        this.parts.log.warn({ err: error, exportId: job.id }, "the progress of an export could not be stored");
    }
  }

  private async writeRows(job: ExportJob, sink: Writable): Promise<void> {
    const limit = pLimit(SEGMENTS_AT_A_TIME);
    const writeSegment = async (segment: number): Promise<void> => {
      const part = { segment, segments: SEGMENTS, selection: job.selection };
      for await (const rows of this.parts.predictions.scan(part)) {
        this.stop.signal.throwIfAborted();
        for (const row of rows) sink.write(datasetRecord(row));
        job.rowCount += rows.length;
        if (sink.destroyed) return;
        if (sink.writableNeedDrain) await once(sink, "drain", { signal: this.stop.signal });
      }
      job.progress += 1 / SEGMENTS;
    };
    await Promise.all(Array.from({ length: SEGMENTS }, (_, segment) => limit(() => writeSegment(segment))));
    sink.end();
  }
}

function newJob(selection: PredictionSelection, dialect: CsvDialect): ExportJob {
  const createdAt = new Date();
  return {
    id: ulid(createdAt.getTime()),
    selection,
    dialect,
    status: "RUNNING",
    progress: 0,
    rowCount: 0,
    byteCount: 0,
    sha256: null,
    error: null,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + EXPORT_LIFETIME),
  };
}
