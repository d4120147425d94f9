import { EMOTIONS, type LabelledText } from "../contract/index.js";
import type { Engine } from "../src/engine.js";
import type { Tokenizer } from "../src/tokenizer.js";

const WIDTH = EMOTIONS.length;

/** A network's outputs for texts that it did not learn from. */
export interface HeldOut {
  /** [rows, 7] */
  logits: Float32Array;
  /** By row, the index of the true emotion. */
  truths: readonly number[];
}

/** Asks a network about rows that it did not learn from. */
export async function askHeldOut(
  engine: Engine,
  tokenizer: Tokenizer,
  rows: readonly LabelledText[],
): Promise<HeldOut> {
  return {
    logits: await engine.run(rows.map(({ text }) => tokenizer.encode(text))),
    truths: rows.map(({ emotion }) => EMOTIONS.indexOf(emotion)),
  };
}

/** The share of rows whose true emotion has the largest output. */
export function accuracyOf(heldOut: HeldOut): number {
  const right = heldOutRows(heldOut).filter(({ logits, truth }) => logits[truth] === Math.max(...logits));
  return right.length / heldOut.truths.length;
}

/** The outputs and the index of the true emotion, row by row. */
export function heldOutRows({ logits, truths }: HeldOut): { logits: Float32Array; truth: number }[] {
  return truths.map((truth, row) => ({ truth, logits: logits.subarray(row * WIDTH, (row + 1) * WIDTH) }));
}
