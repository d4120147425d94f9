import type { TextFileError, TextFileProblem } from "./text-file-error.js";
import { TextTable } from "./text-table.js";

/** Keeps a file's rows out of the page's own thread, which stays quick however many they are. */

/** A method of the table that is asked for, with its arguments. */
export interface TableCall {
  readonly id: number;
  readonly method: Exclude<keyof TextTable, symbol>;
  readonly args: readonly unknown[];
}

/** What came of a call. */
export type TableReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly problem: TextFileProblem | null; readonly line: number; readonly message: string };

const table = new TextTable();

addEventListener("message", ({ data }: MessageEvent<TableCall>) => void answer(data));

async function answer({ id, method, args }: TableCall): Promise<void> {
  try {
    const call = table[method] as (...args: readonly unknown[]) => unknown;
    reply({ id, value: await call.apply(table, [...args]) });
  } catch (cause) {
    const { problem = null, line = 0, message } = cause as Partial<TextFileError> & Error;
    reply({ id, problem, line, message });
  }
}

function reply(message: TableReply): void {
  postMessage(message);
}
