import { EMOTIONS, type LabelledText } from "../contract/index.js";
import type { Engine } from "../src/engine.js";
import type { Tokenizer } from "../src/tokenizer.js";

const WIDTH = EMOTIONS.length;

/** A network's outputs for texts that it did not learn from. */
export interface HeldOut {
  /** [rows, 7] */
  logits: Float32Array;
  /** One logit a row, positive when the text carries no emotion; null when the network does not tell. */
  neutral: Float32Array | null;
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
    ...(await engine.run(rows.map(({ text }) => tokenizer.encode(text)))),
    truths: rows.map(({ emotion }) => EMOTIONS.indexOf(emotion)),
  };
}

/** The share of rows whose true emotion has the largest output. */
export function accuracyOf(heldOut: HeldOut): number {
  const right = heldOutRows(heldOut).filter(({ logits, truth }) => logits[truth] === Math.max(...logits));
  return right.length / heldOut.truths.length;
}

/** The outputs and the index of the true emotion, row by row. */
export function heldOutRows({
  logits,
  truths,
}: Pick<HeldOut, "logits" | "truths">): { logits: Float32Array; truth: number }[] {
  return truths.map((truth, row) => ({ truth, logits: logits.subarray(row * WIDTH, (row + 1) * WIDTH) }));
}
