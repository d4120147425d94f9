import { EMOTIONS } from "../contract/index.js";
import type { EngineOutput } from "./engine.js";
import type { EncodedText } from "./tokenizer.js";

const WIDTH = EMOTIONS.length;

// More rows in a run make no text faster, and each run holds the event loop until it is done.
const MAX_ROWS = 8;

/** What a network gave for some texts, before it is known to be what it must be. */
export interface RawOutput {
  type: string;
  dims: readonly number[];
  data: unknown;
}

/** Runs a network for a few texts at once. */
export type RunPart = (texts: readonly EncodedText[]) => Promise<EngineOutput>;

/**
 * Runs a network part by part, so that other work goes on between the parts.
 * @param signal when it is aborted, the parts that remain are left and its reason is thrown
 */
export async function runInParts(
  batch: readonly EncodedText[],
  run: RunPart,
  signal: AbortSignal | undefined,
): Promise<EngineOutput> {
  if (batch.length === 1) return run(batch);
  const logits = new Float32Array(batch.length * WIDTH);
  let neutral: Float32Array | null = null;
  for (const rows of subBatches(batch)) {
    signal?.throwIfAborted();
    const part = await run(rows.map((row) => batch[row] as EncodedText));
    if (part.neutral) neutral ??= new Float32Array(batch.length);
    rows.forEach((row, index) => {
      logits.set(part.logits.subarray(index * WIDTH, (index + 1) * WIDTH), row * WIDTH);
      if (neutral && part.neutral) neutral[row] = part.neutral[index] as number;
    });
  }
  return { logits, neutral };
}

/**
 * Splits a batch, by row number, so that texts of similar length run together: the time of a run goes
 * with its rows times its longest text.
 */
function subBatches(batch: readonly EncodedText[]): number[][] {
  const length = (row: number) => batch[row]?.ids.length ?? 0;
  const byLength = [...batch.keys()].sort((a, b) => length(a) - length(b));
  const parts: number[][] = [];
  let current: number[] = [];
  for (const row of byLength) {
    const wasteful = length(row) > 2 * length(current[0] ?? row) + 4;
    if (current.length === MAX_ROWS || wasteful) current = [];
    if (current.length === 0) parts.push(current);
    current.push(row);
  }
  return parts;
}

/** Rows of token or n-gram ids as a network takes them: as wide as the longest, the others padded with 0. */
export function padded(rows: readonly Int32Array[]): { data: Int32Array; dims: [rows: number, width: number] } {
  const width = Math.max(...rows.map((row) => row.length));
  const data = new Int32Array(rows.length * width);
  rows.forEach((row, index) => {
    data.set(row, index * width);
  });
  return { data, dims: [rows.length, width] };
}

/** The logits that a network gave for `rows` texts, if they are what logits must be. */
export function logitsOf(output: RawOutput, rows: number): Float32Array {
  return valuesOf("logits", output, [rows, WIDTH]);
}

/** The logits of carrying no emotion that a network gave for `rows` texts, if they are what they must be. */
export function neutralOf(output: RawOutput, rows: number): Float32Array {
  return valuesOf("neutral", output, [rows, 1]);
}

function valuesOf(name: string, { type, dims, data }: RawOutput, [rows, columns]: [number, number]): Float32Array {
  if (type === "float32" && dims.length === 2 && dims[0] === rows && dims[1] === columns) return data as Float32Array;
  throw new Error(
    `the network must give ${name} as float32 [${rows}, ${columns}] for ${rows} texts; it gives ${type} [${dims.join(", ")}].`,
  );
}

/** Makes sure that a network takes and gives what a network here must. */
export function assertSignature(inputs: readonly string[], outputs: readonly string[]): void {
  if (inputs.toSorted().join() === "ids,ngrams" && outputs.includes("logits")) return;
  throw new Error(
    `the network must take ids and ngrams and give logits; it takes ${inputs.join(", ")} and gives ${outputs.join(", ")}.`,
  );
}
