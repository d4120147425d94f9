import type { Readable } from "node:stream";

/** Where the files of exports are kept until they expire. */
export interface ExportStore {
  /** Stores a file under an id. Either all of it is there afterwards, on disk, or none. */
  write(id: string, content: Readable): Promise<void>;
  /**
   * Signs where the file can be downloaded until `expiresAt`, or until the store's own longest time for an
   * address when that is shorter: ask again for a fresh one. A path on this origin, which `ExportDownloads`
   * answers, or an absolute address that another service answers.
   */
  url(id: string, expiresAt: Date): Promise<string>;
}

/** A file of an export on its way to whoever has its address. */
export interface ExportDownload {
  content: Readable;
  byteCount: number;
  /** What a browser is to call it. */
  name: string;
}

/** Serves the files whose addresses are paths on this origin. A store of absolute addresses has no need of it. */
export interface ExportDownloads {
  /** @returns undefined when the address was not signed by the store, or has expired, or the file is gone */
  open(address: URL): Promise<ExportDownload | undefined>;
}

/** The path under which files are served on this origin. */
export const EXPORTS_PATH = "/exports/";
