import type { Readable } from "node:stream";

/** Keeps the finished parts of exports that one process need not finish alone. */
export interface ExportParts {
  /** Stores a part of an export. Either all of it is there afterwards, or what was there before. */
  writePart(id: string, part: number, content: Readable): Promise<void>;
  /** The bytes of a part. @throws when there is no such part */
  readPart(id: string, part: number): Promise<Readable>;
}
