import { rmSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { DATASET_EXPORT, EXPORT_CSV, graphql, PREDICT } from "../support/graphql.js";
import { processTree } from "../support/processes.js";
import { Sentiloop } from "../support/sentiloop.js";

const ROWS = 20_000;
const WRITERS = 16;

/** What one export of many rows cost while predictions went on being written. */
export interface ExportResult {
  rows: number;
  /** Rows that were there when it was asked for and are missing in the file; must be 0. */
  missing: number;
  rowsPerSecond: number;
  megabytes: number;
  /** Memory of the api's process in MB: before the export, and the most during it. */
  memoryBefore: number;
  memoryPeak: number;
  /** Predictions written while it ran. */
  writtenMeanwhile: number;
}

export async function benchExport(): Promise<ExportResult> {
  const data = Sentiloop.emptyFolder();
  const sentiloop = await Sentiloop.start({ data });
  const ids: string[] = [];
  await write(sentiloop.address, ids, () => ids.length < ROWS);
  const there = new Set(ids);

  const memoryBefore = memoryOf(sentiloop.pid);
  let memoryPeak = memoryBefore;
  const sampling = setInterval(() => {
    memoryPeak = Math.max(memoryPeak, memoryOf(sentiloop.pid));
  }, 10);
  let running = true;
  const writing = write(sentiloop.address, ids, () => running);
  const start = performance.now();
  const done = await exported(sentiloop.address);
  const seconds = (performance.now() - start) / 1000;
  running = false;
  clearInterval(sampling);
  await writing;

  const file = await (await fetch(sentiloop.address + done.url)).text();
  const inFile = new Set(file.split("\n").map((line) => line.split(",", 1)[0]));
  await sentiloop.kill("SIGTERM");
  rmSync(data, { recursive: true });
  return {
    rows: done.rowCount,
    missing: [...there].filter((id) => !inFile.has(id)).length,
    rowsPerSecond: done.rowCount / seconds,
    megabytes: done.byteCount / 1e6,
    memoryBefore,
    memoryPeak,
    writtenMeanwhile: ids.length - there.size,
  };
}

async function write(address: string, ids: string[], more: () => boolean): Promise<void> {
  const writer = async () => {
    while (more()) {
      const { data } = await graphql(address, PREDICT, {
        text: `Row ${ids.length}: I was glad that it rained at last.`,
      });
      ids.push(data.predict.id);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
}

async function exported(address: string): Promise<{ url: string; rowCount: number; byteCount: number }> {
  const filter = { status: ["PENDING", "APPROVED", "REVISED"] };
  let job = (await graphql(address, EXPORT_CSV, { filter })).data.exportCsv;
  while (job.status === "RUNNING") {
    await setTimeout(50);
    job = (await graphql(address, DATASET_EXPORT, { id: job.id })).data.datasetExport;
  }
  if (job.status !== "READY") throw new Error(job.error);
  return job;
}

function memoryOf(pid: number): number {
  return (processTree(pid)[0]?.memory ?? 0) / 1e6;
}
