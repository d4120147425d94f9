import "reflect-metadata";
import type { CsvDialect } from "@sentiloop/inference/contract";
import { GraphQLDateTime } from "graphql-scalars";
import { Field, Float, ID, Int, ObjectType } from "type-graphql";
import { type ExportStatus, ExportStatusEnum } from "./enums.js";
import type { PredictionSelection } from "./prediction-store.js";

/** An export as it is stored: what was asked for and how far it is. */
export interface ExportJob {
  id: string;
  selection: PredictionSelection;
  dialect: CsvDialect;
  status: ExportStatus;
  /** 0 to 1. */
  progress: number;
  rowCount: number;
  byteCount: number;
  sha256: string | null;
  error: string | null;
  /** Of an export in parts: how many are stored. */
  partsDone?: number;
  createdAt: Date;
  /** When the job and its file are removed. */
  expiresAt: Date;
}

@ObjectType({
  description: "A snapshot of predictions as a CSV file: everything stored before it was asked for is in it.",
})
export class DatasetExport {
  @Field(() => ID, { description: "Its id; pass it to datasetExport to follow the progress." })
  readonly id: string;

  @Field(() => ExportStatusEnum, { description: "How far it is." })
  readonly status: ExportStatus;

  @Field(() => Float, { description: "The share that is done, 0 to 1." })
  readonly progress: number;

  @Field(() => Int, {
    description: "Rows written: so far while RUNNING, all when READY. The header line does not count.",
  })
  readonly rowCount: number;

  @Field(() => Float, { description: "Size of the file in bytes, so far while RUNNING." })
  readonly byteCount: number;

  @Field(() => String, { nullable: true, description: "The SHA-256 of the file in lower-case hex; null until READY." })
  readonly sha256: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Where to download the file, until expiresAt: a path on this origin or an absolute address; null until READY.",
  })
  readonly url: string | null;

  @Field(() => GraphQLDateTime, { description: "When it was asked for." })
  readonly createdAt: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: "When the file is removed; null until READY." })
  readonly expiresAt: Date | null;

  @Field(() => String, { nullable: true, description: "Why it FAILED and what to do; else null." })
  readonly error: string | null;

  constructor(job: ExportJob, url: string | null) {
    this.id = job.id;
    this.status = job.status;
    this.progress = job.progress;
    this.rowCount = job.rowCount;
    this.byteCount = job.byteCount;
    this.sha256 = job.sha256;
    this.url = url;
    this.createdAt = job.createdAt;
    this.expiresAt = job.status === "READY" ? job.expiresAt : null;
    this.error = job.error;
  }
}
