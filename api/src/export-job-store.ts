import type { ExportJob } from "./dataset-export.js";

/** Where it is kept how far exports are, so that every process can tell, also after a restart. */
export interface ExportJobStore {
  /** Stores the job as it is now. */
  save(job: ExportJob): Promise<void>;
  /** The job with this id unless it has expired. */
  find(id: string): Promise<ExportJob | undefined>;
  /** The jobs that were running when they were last saved. */
  running(): Promise<ExportJob[]>;
}
