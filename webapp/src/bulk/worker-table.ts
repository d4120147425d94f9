import { TextFileError } from "./text-file-error.js";
import type { TextTable } from "./text-table.js";
import type { TableCall, TableReply } from "./text-table.worker.js";

type Method = TableCall["method"];

/** A table that may live elsewhere. */
export type RemoteTable = {
  readonly [Name in Method]: (...args: Parameters<TextTable[Name]>) => Promise<Awaited<ReturnType<TextTable[Name]>>>;
} & { close(): void };

/** Opens an empty table in a worker. */
export function openWorkerTable(): RemoteTable {
  const worker = new Worker(new URL("./text-table.worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(cause: Error): void }>();
  let last = 0;

  worker.addEventListener("message", ({ data }: MessageEvent<TableReply>) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if ("value" in data) asked?.resolve(data.value);
    else asked?.reject(data.problem ? new TextFileError(data.problem, data.line) : new Error(data.message));
  });
  // The worker could not be loaded, or ran out of memory.
  worker.addEventListener("error", ({ message }) => {
    for (const { reject } of waiting.values()) reject(new Error(message || "The worker failed."));
    waiting.clear();
  });

  const call = (method: Method, args: readonly unknown[]) =>
    new Promise<never>((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage({ id: last, method, args } satisfies TableCall);
    });
  return {
    read: (...args) => call("read", args),
    choose: (...args) => call("choose", args),
    next: (...args) => call("next", args),
    record: (...args) => call("record", args),
    results: (...args) => call("results", args),
    problems: (...args) => call("problems", args),
    close: () => worker.terminate(),
  };
}
