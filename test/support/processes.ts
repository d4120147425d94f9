import { readdirSync, readFileSync } from "node:fs";

/** What Linux tells of a process. */
export interface ProcessInfo {
  pid: number;
  parent: number;
  /** The command line. */
  command: string;
  /** CPU time so far in milliseconds, user and system. */
  cpu: number;
  /** Resident memory in bytes. */
  memory: number;
}

/** Linux counts CPU time in hundredths of a second, and memory in pages of 4 KiB (on x64 and most arm64). */
const MILLISECONDS_A_TICK = 10;
const PAGE = 4096;

/** A process and all that descend from it, itself first; empty when there is none. */
export function processTree(root: number): ProcessInfo[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readProcess);
  const tree = all.filter(({ pid }) => pid === root);
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree;
}

/** Whether a process is there and no zombie. */
export function isRunning(pid: number): boolean {
  return readProcess(String(pid)).length > 0;
}

function readProcess(pid: string): ProcessInfo[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command in parentheses may hold spaces; the fields of proc(5) follow it, from the third on.
    const [state, parent, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === "Z" || state === "X") return [];
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    const cpu = (Number(fields[9]) + Number(fields[10])) * MILLISECONDS_A_TICK;
    return [{ pid: Number(pid), parent: Number(parent), command, cpu, memory: Number(fields[19]) * PAGE }];
  } catch {
    return [];
  }
}
