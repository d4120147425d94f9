import { readStored, writeStored } from "./browser-storage.js";
import type { CsvDialect } from "./generated/graphql.js";
import type { PredictionChoice } from "./prediction-choice.js";

/** What a person asked an export for. */
export interface ExportRequest {
  readonly dialect: CsvDialect;
  readonly choice: PredictionChoice;
}

/** An export that this browser follows, through reloads and in all of its tabs. */
export interface KeptExport {
  readonly id: string;
  readonly request: ExportRequest;
  /** Whether its file was seen to be there. */
  readonly ready: boolean;
}

const STORED_AS = "sentiloop.export";

/** The export that this browser follows, if any. */
export function readKeptExport(): KeptExport | null {
  return parse(readStored(STORED_AS));
}

/** Lets this browser follow an export, or none when it is null. */
export function keepExport(kept: KeptExport | null): void {
  writeStored(STORED_AS, kept && JSON.stringify(kept));
}

/** Calls back when another tab follows an export. @returns ends it */
export function onKeptElsewhere(follow: (kept: KeptExport) => void): () => void {
  const listen = ({ key, newValue }: StorageEvent): void => {
    const kept = key === STORED_AS ? parse(newValue) : null;
    if (kept) follow(kept);
  };
  globalThis.window?.addEventListener("storage", listen);
  return () => globalThis.window?.removeEventListener("storage", listen);
}

function parse(stored: string | null): KeptExport | null {
  try {
    return JSON.parse(stored ?? "null") as KeptExport | null;
  } catch {
    return null;
  }
}
