import type { Readable } from "node:stream";

/** Where the files of exports are kept until they expire. */
export interface ExportStore {
  /** Stores a file under an id. Either all of it is there afterwards, on disk, or none. */
  write(id: string, content: Readable): Promise<void>;
  /** Where the file can be downloaded until `expiresAt`: a path on this origin or an absolute address. */
  url(id: string, expiresAt: Date): string | Promise<string>;
}
